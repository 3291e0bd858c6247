import type { Resource } from '../../graph.ts';
import type { Text } from '../context.ts';
import type { NetworkHandles, SubnetHandle } from '../network/network-handles.ts';

/** The place of a seat: what stays when its instance goes. */
export interface SeatHandle {
  /** `a` of us-east-1a, `a2` the second one in that zone. */
  readonly name: string;
  readonly zone: string;
  readonly subnet: SubnetHandle;
  readonly volume: Resource<'volume'>;
  readonly networkInterface: Resource<'network-interface'>;
  /** The field of the spec that asks for it. */
  readonly from: string;
}

/** As whom an instance speaks to AWS. */
export interface MachineIdentity {
  readonly roleArn: Text;
  readonly profileArn: Text;
}

export interface SecurityGroups {
  readonly seats: Resource<'security-group'>;
  readonly workers: Resource<'security-group'>;
  /** Of the internal load balancer. */
  readonly api: Resource<'security-group'>;
  readonly apiPublic: Resource<'security-group'> | undefined;
  readonly bastion: Resource<'security-group'> | undefined;
}

/** What a balancer brings to the API: itself, and where seats are registered. */
export interface DoorHandle {
  readonly loadBalancer: Resource<'load-balancer'>;
  readonly targetGroup: Resource<'target-group'>;
  readonly listener: Resource<'listener'>;
}

export interface StoreHandle {
  /** Name of the bucket: of ours, or of a given one. */
  readonly bucketName: Text;
  readonly arn: Text;
  /** Ours; undefined where it is given. */
  readonly bucket: Resource<'bucket'> | undefined;
  readonly keys: Resource<'cluster-keys'>;
}

/** ARNs of the roles of pods that the cluster itself runs, by the OIDC issuer. Absent: the pod uses the role of its host. */
export interface PodRoles {
  readonly ebsCsi: Text | undefined;
  readonly nodeTerminationHandler: Text | undefined;
}

/** Everything of a self-managed cluster but its machines: what `machines.ts` and `state.ts` build on. */
export interface SelfManagedHandles {
  readonly network: NetworkHandles;
  readonly securityGroups: SecurityGroups;
  readonly internal: DoorHandle;
  readonly public: DoorHandle | undefined;
  /** ARNs of every target group: seats are registered in all of them. */
  readonly targetGroupArns: readonly Text[];
  /** In the order of the spec. */
  readonly seats: readonly SeatHandle[];
  readonly store: StoreHandle;
  /** URL of the issuer of service account tokens. */
  readonly issuerUrl: Text;
  /** The name that machines use, without scheme: the internal load balancer's own. */
  readonly apiName: Text;
  /** The name that people use: the DNS name, else the public load balancer's, else the internal one's. */
  readonly publicName: Text;
  /** In the API server's certificate: load balancers, DNS name, the spec's. */
  readonly certificateNames: readonly Text[];
  readonly identities: {
    readonly seats: MachineIdentity;
    /** By the name of the node group; a group whose profile's role is not known is missing, with a diagnostic. */
    readonly groups: ReadonlyMap<string, MachineIdentity>;
    readonly bastion: MachineIdentity | undefined;
  };
  /** ARNs of the roles of all workers, each once. */
  readonly nodeRoleArns: readonly Text[];
  readonly podRoles: PodRoles;
  /** Where notices of interruption arrive; absent where nothing drains nodes. */
  readonly queue: Resource<'queue'> | undefined;
  /** Name of the key pair for SSH, or null. */
  readonly keyName: Text | null;
  /** Ids of what machines need beside what they refer to and their subnet's `ready`. */
  readonly ready: {
    readonly seats: readonly string[];
    readonly workers: readonly string[];
  };
}
