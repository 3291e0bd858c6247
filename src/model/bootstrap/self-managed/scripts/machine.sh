# The machine under Kubernetes: settings, programs, container runtime, kubelet.

install_packages() {
  # A restart does without the repositories.
  if ! (($#)) || grep -qsxF "$*" "$DATA/packages"; then return 0; fi
  log "packages $*"
  if command -v apt-get > /dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    try 5 10 apt-get -q -o DPkg::Lock::Timeout=300 update
    try 5 10 apt-get -qy -o DPkg::Lock::Timeout=300 install "$@"
  else
    try 5 10 dnf -qy install "$@"
  fi
  echo "$*" >> "$DATA/packages"
}

step_host() {
  local packages before
  put "$R/etc/modules-load.d/quilla.conf" <<< $'overlay\nbr_netfilter'
  modprobe -a overlay br_netfilter
  # systemd-networkd would remove routes and rules that a pod network sets, and rename the MAC addresses of its interfaces.
  before=$(cat "$R/etc/systemd/networkd.conf.d/quilla.conf" 2> /dev/null || true)
  put "$R/etc/systemd/networkd.conf.d/quilla.conf" <<< $'[Network]\nManageForeignRoutes=no\nManageForeignRoutingPolicyRules=no'
  put "$R/etc/systemd/network/00-quilla-pods.link" <<< $'[Match]\nOriginalName=eni* lxc* cali* veth*\n[Link]\nMACAddressPolicy=none'
  [ -n "$before" ] || systemctl restart systemd-networkd
  q host-files
  mapfile -t packages < <(q host-packages)
  install_packages "${packages[@]}"
  # Plugins of pod networks call it for host ports.
  command -v iptables > /dev/null || install_packages iptables-nft || log 'no iptables: host ports may not work'
  command -v openssl > /dev/null || install_packages openssl
  sysctl -q -p "$R/etc/sysctl.d/99-quilla.conf"
  q host-commands
  if [ "$SOURCE_CHECK" = false ] && [ ! -e "$DATA/no-source-check" ]; then
    ec2 Action=ModifyInstanceAttribute "InstanceId=$INSTANCE" SourceDestCheck.Value=false > /dev/null
    touch "$DATA/no-source-check"
  fi
}

# openssl uses the processor's own instructions for it: half a second less for a seat's files than sha256sum takes.
digest_of() { openssl dgst -sha256 -r "$1" | cut -c -64; }

fetch() { # URL FILE SHA256
  local is
  http -L --max-time 600 --retry 5 -o "$2" "$1" && is=$(digest_of "$2") || return 1
  [ "$is" = "$3" ] || { log "$1 is another file than asked for: its sha256 is $is"; return 1; }
}

install_file() { # NAME FILE
  local bin=$R/usr/local/bin
  case $1 in
    containerd) tar -xzf "$2" -C "$R/usr/local" ;;
    cni-plugins) tar -xzf "$2" -C "$R/opt/cni/bin" ;;
    crictl) tar -xzf "$2" -C "$bin" crictl ;;
    helm) tar -xzf "$2" -C "$bin" --strip-components=1 --wildcards '*/helm' ;;
    runc) chmod 0755 "$2" && mv "$2" "$R/usr/local/sbin/runc" ;;
    *) chmod 0755 "$2" && mv "$2" "$bin/$1" ;;
  esac
}

# All are fetched at once; nothing is unpacked or run before its digest is right.
step_files() {
  local name url digest job each jobs=() new=$DATA/downloads
  mkdir -p "$DATA/files" "$new" "$R/usr/local/bin" "$R/usr/local/sbin" "$R/opt/cni/bin"
  while read -r name url digest <&3; do
    [ "$(cat "$DATA/files/$name" 2> /dev/null)" = "$digest" ] && continue
    try 3 5 fetch "$url" "$new/$name" "$digest" &
    jobs+=("$! $name $url $digest")
  done 3< <(q files)
  for each in "${jobs[@]}"; do
    read -r job name url digest <<< "$each"
    wait "$job" || die "$name: $url could not be fetched, or is not the file with sha256 $digest"
    install_file "$name" "$new/$name"
    echo "$digest" > "$DATA/files/$name"
  done
  rm -rf "$new"
}

# To enable a unit makes systemd read all units again: nothing else has to.
unit() { # NAME DESCRIPTION COMMAND
  put "$R/etc/systemd/system/$1.service" 0600 << END
[Unit]
Description=$2
After=network-online.target
StartLimitIntervalSec=0
[Service]
ExecStart=$3
Restart=always
RestartSec=5
Delegate=yes
KillMode=process
LimitNOFILE=1048576
TasksMax=infinity
OOMScoreAdjust=-999
[Install]
WantedBy=multi-user.target
END
}

step_containerd() {
  # Version 2 of the file is read by containerd 1.7 and 2.
  put "$R/etc/containerd/config.toml" << END
version = 2
[plugins."io.containerd.grpc.v1.cri"]
sandbox_image = "$PAUSE_IMAGE"
[plugins."io.containerd.grpc.v1.cri".registry]
config_path = "/etc/containerd/certs.d"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
SystemdCgroup = true
END
  put "$R/etc/crictl.yaml" <<< 'runtime-endpoint: unix:///run/containerd/containerd.sock'
  unit containerd 'Container runtime' /usr/local/bin/containerd
  systemctl enable --now containerd.service
}

# It is started by each boot and not by systemd alone: on a seat only when the volume of etcd is there.
step_kubelet() {
  q kubelet
  unit kubelet 'Kubernetes kubelet' "$LIB/kubelet"
  systemctl daemon-reload
  systemctl start kubelet.service
}
