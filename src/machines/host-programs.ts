/** Programs that runs call, and the packages of Debian that have them. */
export const hostPrograms: Readonly<Record<string, string>> = {
  mmdebstrap: 'mmdebstrap',
  ip: 'iproute2',
  nft: 'nftables',
  iptables: 'iptables',
  conntrack: 'conntrack',
  losetup: 'mount',
  mount: 'mount',
  nsenter: 'util-linux',
  unshare: 'util-linux',
  sysctl: 'procps',
  'mkfs.ext4': 'e2fsprogs',
  chroot: 'coreutils',
  python3: 'python3',
  socat: 'socat',
  gcc: 'gcc libc6-dev',
  'pkg-config': 'pkg-config',
  'dpkg-deb': 'dpkg',
  ldd: 'libc-bin',
};

/** Packages that have these programs, each once, in order. */
export const packagesOf = (programs: readonly string[]): readonly string[] =>
  [...new Set(programs.flatMap((name) => hostPrograms[name]?.split(' ') ?? []))].sort();
