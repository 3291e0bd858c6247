import type { StockFile } from '../stock/files.ts';

/**
 * User data of machines that are set up by hand, as kubeadm's documentation has it: what a first boot of Quilla's seats and workers is
 * measured against. The same programs from the same mirror with the same checks, the same container runtime and image.
 * https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/install-kubeadm/
 */
export interface PlainGiven {
  /** `1.36.3` */
  readonly kubernetes: string;
  readonly files: readonly StockFile[];
  /** URL under which files lie by host and path. */
  readonly filesAt: string;
  /** Stands for registry.k8s.io. */
  readonly images: string;
  readonly pause: string;
  readonly pods: string;
}

/** Of clusters that live for minutes behind no public address. */
const token = 'abcdef.0123456789abcdef';
const certificateKey = '0'.repeat(64);
const programs = ['containerd', 'runc', 'cni-plugins', 'crictl', 'kubelet', 'kubeadm', 'kubectl'] as const;

function installs(given: PlainGiven): string {
  const lines = programs.map((program) => {
    const file = given.files.find((each) => each.program === program);
    if (file === undefined) throw new Error(`the stock has no ${program}`);
    return `get ${program} ${given.filesAt}/${file.place} ${file.sha256}`;
  });
  return `
get() {
  curl -sSfL -o /root/download "$2"
  echo "$3  /root/download" | sha256sum -c --status
  case $1 in
    containerd) tar -xzf /root/download -C /usr/local ;;
    cni-plugins) tar -xzf /root/download -C /opt/cni/bin ;;
    crictl) tar -xzf /root/download -C /usr/local/bin ;;
    runc) install -m 0755 /root/download /usr/local/sbin/runc ;;
    *) install -m 0755 /root/download "/usr/local/bin/$1" ;;
  esac
}
mkdir -p /opt/cni/bin /usr/local/sbin /usr/local/bin
${lines.join('\n')}`;
}

const host = (given: PlainGiven): string => `#!/bin/bash
set -euo pipefail
export PATH=$PATH:/usr/local/sbin:/usr/local/bin HOME=/root
modprobe -a overlay br_netfilter
sysctl -q -w net.ipv4.ip_forward=1 net.bridge.bridge-nf-call-iptables=1
${installs(given)}
mkdir -p /etc/containerd
cat > /etc/containerd/config.toml << END
version = 2
[plugins."io.containerd.grpc.v1.cri"]
sandbox_image = "${given.pause}"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
SystemdCgroup = true
END
unit() {
  printf '[Unit]\\nAfter=network-online.target\\n[Service]\\nExecStart=%s\\nRestart=always\\nRestartSec=1\\nDelegate=yes\\nKillMode=process\\n[Install]\\nWantedBy=multi-user.target\\n' "$2" > "/etc/systemd/system/$1.service"
}
unit containerd /usr/local/bin/containerd
cat > /usr/local/bin/kubelet-of-kubeadm << 'END'
#!/bin/bash
exec /usr/local/bin/kubelet --bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf --config=/var/lib/kubelet/config.yaml
END
chmod +x /usr/local/bin/kubelet-of-kubeadm
unit kubelet /usr/local/bin/kubelet-of-kubeadm
systemctl daemon-reload
systemctl enable --now containerd.service
systemctl enable kubelet.service
`;

/** A file that is there when a script below has come to its end. */
export const doneFile = '/root/is-done';

/** What every machine needs before kubeadm: programs, container runtime, the kubelet's unit. */
export const hostScript = (given: PlainGiven): string => `${host(given)}touch ${doneFile}\n`;

// The name of a host may stand for 127.0.1.1 on it.
const ownAddress = "$(ip -4 route get 198.18.0.2 | sed -n 's/.* src \\([0-9.]*\\).*/\\1/p')";
const ignored = 'SystemVerification,NumCPU,Mem,Swap';

/** The first machine: `kubeadm init`, with a token that the others join by; `severalSeats` lets further control planes join too. */
export const initScript = (given: PlainGiven & { readonly severalSeats?: boolean }): string => `${host(given)}
cat > /root/kubeadm.yaml << END
apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
nodeRegistration: {ignorePreflightErrors: [${ignored}]}
bootstrapTokens: [{token: ${token}, ttl: 24h0m0s}]
certificateKey: '${certificateKey}'
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: v${given.kubernetes}
imageRepository: ${given.images}
dns: {imageRepository: ${given.images}/coredns}
networking: {podSubnet: ${given.pods}}
${given.severalSeats === true ? `controlPlaneEndpoint: ${ownAddress}:6443` : ''}
---
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
cgroupDriver: systemd
END
kubeadm init --config /root/kubeadm.yaml ${given.severalSeats === true ? '--upload-certs' : ''}
touch ${doneFile}
`;

export interface Join {
  /** Address of the first machine. */
  readonly server: string;
  /** As a further control plane. */
  readonly asSeat?: boolean;
}

/** What makes a machine that is set up a further node. */
export const joinCommand = ({ server, asSeat = false }: Join): string =>
  `kubeadm join ${server}:6443 --token ${token} --discovery-token-unsafe-skip-ca-verification --ignore-preflight-errors=${ignored}${
    asSeat ? ` --control-plane --certificate-key ${certificateKey}` : ''
  }`;

/** A further machine, set up and joined by its user data alone. */
export const joinScript = (given: PlainGiven & Join): string =>
  `${host(given)}${joinCommand(given)}\ntouch ${doneFile}\n`;
