/** A machine of a self-managed cluster: how far its boot script came. */
export interface MachineRecord {
  readonly instanceId: string;
  /** Key of its cluster: see {@link clusterKey}. Workers learn it from the load balancer that they reach. */
  cluster?: string;
  /** Name of the seat; absent on workers. */
  readonly seat?: string;
  /** PEM of the authority by which a worker knows the API, as its store gave it. */
  authority?: string;
  /** Steps that are done. */
  done: string[];
  /** The step under way, and when it ends. */
  doing?: { readonly step: string; readonly until: number };
  /** What the last try met. */
  failing?: { readonly step: string; readonly why: string; readonly since: number };
  /** The member of etcd that runs here. */
  etcd?: string;
  /** Whether the API server's pod runs here; it answers while etcd has quorum. */
  apiServer?: true;
  /** What units and containers wrote, in its order; the last of it. What the boot script writes stands on the console. */
  journal?: JournalLine[];
}

export interface JournalLine {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Name of a unit, without `.service`, or of a container of a static pod. */
  readonly source: string;
  readonly text: string;
}

/** What lies on an etcd volume. */
export interface VolumeContents {
  /** Key of the cluster. */
  readonly cluster: string;
  readonly seat: string;
  readonly member: string;
  /** Which data: that of `EtcdRecord.data`, or empty where the member never saw a leader. */
  data: string;
}

export interface EtcdMember {
  readonly id: string;
  readonly seat: string;
  /** It gets the data and has no vote yet. */
  learner?: true;
  /** Its process ran before. */
  started?: true;
}

/** etcd of one cluster, as its members know one another. */
export interface EtcdRecord {
  members: EtcdMember[];
  /** Whether its timer runs. */
  timer?: true;
  /** Names what is stored; another value where an empty cluster was begun. Empty before the first quorum. */
  data: string;
}

/** Machines of self-managed clusters in one region. */
export interface MachinesState {
  /** By instance id. */
  machines: Record<string, MachineRecord>;
  /** By volume id. */
  volumes: Record<string, VolumeContents>;
  /** By key of the cluster. */
  etcd: Record<string, EtcdRecord>;
}

/** The region's machines; made at first use, so that worlds without any stay as they are. */
export function machinesOf(state: { machines?: MachinesState }): MachinesState {
  state.machines ??= { machines: {}, volumes: {}, etcd: {} };
  return state.machines;
}

/** Names a self-managed cluster among the API servers of a region: by its store, since buckets have one owner in the world. */
export const clusterKey = (cluster: string, store: string): string => `${cluster}@${store}`;
