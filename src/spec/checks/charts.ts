import { nearest } from '../../base/nearest.ts';
import { defaultCharts } from '../../catalog/charts.ts';
import { kubeadmAddons, podRolesChart } from '../defaults-self-managed.ts';
import type { AddonInput } from '../input.ts';
import type { Finding } from '../problem.ts';
import { type Check, type CheckContext, listed } from './check.ts';
import { isSelfManaged } from './control-plane-fields.ts';

const chart = (path: string, detail: string, fix: string): Finding => ({ code: 'spec.chart', path, detail, fix });

/** Names that EKS or others have for what the catalog calls otherwise. */
const alsoCalled: Readonly<Record<string, string>> = {
  'eks-pod-identity-agent': podRolesChart,
  'vpc-cni': 'aws-vpc-cni',
  'ebs-csi-driver': 'aws-ebs-csi-driver',
  calico: 'tigera-operator',
  'node-termination-handler': 'aws-node-termination-handler',
  'cloud-controller-manager': 'aws-cloud-controller-manager',
};

/** What kubeadm installs can be switched off and no more. */
function ofKubeadm(addon: AddonInput, at: string): Finding[] {
  if (addon.enabled === false) return [];
  return [
    chart(
      `${at}.name`,
      `${addon.name} comes from kubeadm, with the version that goes with Kubernetes, and has no chart`,
      `Take it out, or switch it off with enabled: false and bring your own under another name.`,
    ),
  ];
}

function ofUnknown(addon: AddonInput, at: string): Finding[] {
  const { name, enabled } = addon;
  if (addon.chart !== undefined) {
    return addon.version === undefined && enabled !== false
      ? [
          chart(
            at,
            `${name} has no version, and the catalog does not know the chart`,
            'Add version: the version of the chart.',
          ),
        ]
      : [];
  }
  const names = defaultCharts.map((known) => known.name);
  const here = Object.hasOwn(alsoCalled, name) ? alsoCalled[name] : undefined;
  const meant = here !== undefined && names.includes(here) ? here : nearest(name, names);
  // Where it resembles nothing the chart lacks, which may be said already.
  return [
    chart(
      meant === undefined ? `${at}.chart` : `${at}.name`,
      `${JSON.stringify(name)} is not a chart that the catalog knows`,
      meant === undefined
        ? `Say where it is: chart: {repository: ..., name: ...}, and version. Known: ${listed(names)}.`
        : `Did you mean ${meant}?`,
    ),
  ];
}

/** Charts of other pod networks, and the one that roles for pods need. */
function ofWrongPlace(addon: AddonInput, at: string, { cluster }: CheckContext): Finding[] {
  const { network, controlPlane } = cluster.spec;
  const forPodNetwork = defaultCharts.find(({ name }) => name === addon.name)?.forPodNetwork;
  const { type } = network.podNetwork;
  if (addon.enabled === false) return [];
  if (forPodNetwork !== undefined && forPodNetwork !== type && type !== 'none')
    return [
      chart(
        `${at}.name`,
        `${addon.name} is the pod network ${forPodNetwork}, and spec.network.podNetwork is ${type}`,
        `Use podNetwork: ${forPodNetwork}, or take it out.`,
      ),
    ];
  const needsRole = defaultCharts.find(({ name }) => name === addon.name)?.needsRole === true;
  if (!needsRole || controlPlane.type !== 'self-managed' || controlPlane.podRoles) return [];
  // Whoever gives values may give it credentials of another kind, but for what the roles themselves are made of.
  if (addon.values !== undefined && addon.name !== podRolesChart) return [];
  return [
    chart(
      `${at}.name`,
      `${addon.name} calls AWS by a role for its pods, and podRoles is false`,
      'Take it out, or set podRoles: true.',
    ),
  ];
}

/** A pod network without its chart leaves nodes NotReady for ever. */
function ofNeeded(addon: AddonInput, at: string, { cluster }: CheckContext): Finding[] {
  const known = defaultCharts.find(({ name }) => name === addon.name);
  const { type } = cluster.spec.network.podNetwork;
  if (addon.enabled !== false || known?.forPodNetwork === undefined || known.forPodNetwork !== type) return [];
  return [
    chart(
      `${at}.enabled`,
      `${addon.name} is the pod network of this cluster, without which no node becomes Ready`,
      'Take it out, or use podNetwork: none and bring your own.',
    ),
  ];
}

/** How versions of charts are written: https://semver.org, as Helm takes it. */
const semver = /^v?\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/;

function ofVersion({ version }: AddonInput, at: string): Finding[] {
  if (version === undefined || (semver.test(version) && !version.includes('-eksbuild'))) return [];
  return [
    chart(
      `${at}.version`,
      `${JSON.stringify(version)} is not one version of a chart`,
      'Pin one, such as 3.12.2; ranges are not taken.',
    ),
  ];
}

/** Add-ons of a self-managed control plane: charts that the catalog has or the spec says where to find. */
export const charts: Check = (context) => {
  if (!isSelfManaged(context.cluster)) return [];
  return (context.input.spec.addons ?? []).flatMap((addon, i): Finding[] => {
    const at = `spec.addons[${i}]`;
    if (kubeadmAddons.some((name) => name === addon.name)) return ofKubeadm(addon, at);
    const isKnown = defaultCharts.some(({ name }) => name === addon.name);
    return [
      ...(isKnown ? [] : ofUnknown(addon, at)),
      ...(isKnown ? ofWrongPlace(addon, at, context) : []),
      ...(isKnown ? ofNeeded(addon, at, context) : []),
      ...ofVersion(addon, at),
    ];
  });
};

const eksVersion = /^v\d+\.\d+\.\d+-eksbuild\.\d+$/;

/** Versions of EKS's add-ons. */
export const addonVersions: Check = ({ input, cluster }) => {
  if (isSelfManaged(cluster)) return [];
  return (input.spec.addons ?? []).flatMap(({ version }, i): Finding[] =>
    version === undefined || eksVersion.test(version)
      ? []
      : [
          {
            code: 'spec.bad-value',
            path: `spec.addons[${i}].version`,
            detail: `${JSON.stringify(version)} is not a version of an EKS add-on`,
            fix: 'It is written like v1.21.1-eksbuild.1; `aws eks describe-addon-versions` lists them.',
          },
        ],
  );
};
