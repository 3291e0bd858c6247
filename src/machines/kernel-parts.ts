/** A part of the kernel that machines and their network need. */
export interface KernelPart {
  readonly name: string;
  /** What it is for, to follow "needed for". */
  readonly use: string;
  readonly module: string;
  /** How it shows: by a file that is there, by a word of /proc/filesystems, or by a command that succeeds in a namespace that ends with it. */
  readonly shows:
    | { readonly file: string }
    | { readonly filesystem: string }
    | { readonly command: readonly string[]; readonly input?: string };
}

const link = (type: string, ...rest: readonly string[]): { readonly command: readonly string[] } => ({
  command: ['ip', 'link', 'add', 'q-probe', 'type', type, ...rest],
});

/** Kernels may have a part built in or as a module, and many do not show their configuration: so each is tried. */
export const kernelParts: readonly KernelPart[] = [
  { name: 'overlay', use: 'the root file system of machines', module: 'overlay', shows: { filesystem: 'overlay' } },
  { name: 'loop', use: 'EBS volumes', module: 'loop', shows: { file: '/dev/loop-control' } },
  { name: 'ext4', use: 'the file system of volumes', module: 'ext4', shows: { filesystem: 'ext4' } },
  { name: 'veth', use: 'network interfaces', module: 'veth', shows: link('veth', 'peer', 'name', 'q-other') },
  { name: 'bridge', use: 'pods of a machine', module: 'bridge', shows: link('bridge') },
  {
    name: 'vxlan',
    use: 'the pod network',
    module: 'vxlan',
    shows: link('vxlan', 'id', '1', 'dstport', '8472', 'dev', 'lo'),
  },
  {
    name: 'br_netfilter',
    use: 'Services between pods of a machine',
    module: 'br_netfilter',
    shows: { file: '/proc/sys/net/bridge/bridge-nf-call-iptables' },
  },
  {
    name: 'nf_tables',
    use: 'security groups and NAT gateways',
    module: 'nft_chain_nat',
    shows: {
      command: ['nft', '-f', '-'],
      input: `table ip probe {
  chain nat { type nat hook postrouting priority 100; ip saddr 10.0.0.0/8 snat to 198.18.0.9; }
  chain filter { type filter hook forward priority 0; ct state established accept; ip ttl set 1; }
}
`,
    },
  },
  {
    name: 'iptables',
    use: 'kube-proxy',
    module: 'nft_compat',
    shows: {
      command: [
        'iptables',
        '-t',
        'nat',
        '-A',
        'POSTROUTING',
        '-m',
        'statistic',
        '--mode',
        'random',
        '--probability',
        '0.5',
        '-j',
        'MASQUERADE',
      ],
    },
  },
];

/** Controllers of control groups that the kubelet wants. */
export const controllers = ['memory', 'cpu', 'cpuset', 'pids'] as const;
