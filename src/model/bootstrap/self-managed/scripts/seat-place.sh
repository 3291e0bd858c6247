# What a seat keeps while instances come and go: the volume of etcd and the network interface with its address.
ETCD=$R/var/lib/etcd

# Whose it is: `free`, `ours`, or what stands in the way.
attachment() { # KIND ID
  local answer state holder
  if [ "$1" = volume ]; then
    answer=$(ec2 Action=DescribeVolumes "VolumeId.1=$2") || return 1
    state=$(q ec2 volumeSet/item/status <<< "$answer")
    holder=$(q ec2 volumeSet/item/attachmentSet/item/instanceId <<< "$answer")
    ELSEWHERE=$(q ec2 volumeSet/item/availabilityZone <<< "$answer")
  else
    answer=$(ec2 Action=DescribeNetworkInterfaces "NetworkInterfaceId.1=$2") || return 1
    state=$(q ec2 networkInterfaceSet/item/status <<< "$answer")
    holder=$(q ec2 networkInterfaceSet/item/attachment/instanceId <<< "$answer")
    ELSEWHERE=$(q ec2 networkInterfaceSet/item/availabilityZone <<< "$answer")
    INTERFACE_MAC=$(q ec2 networkInterfaceSet/item/macAddress <<< "$answer")
  fi
  HELD="$1 $2 is $state, held by ${holder:-nobody}"
  case $state/$holder in
    available/) HELD=free ;;
    in-use/"$INSTANCE") HELD=ours ;;
  esac
}

# One turn of a claim: succeeds when it is ours.
claim_once() { # KIND ID ATTACH-CALL...
  local answer
  attachment "$1" "$2" || return 1
  [ -z "$ELSEWHERE" ] || [ "$ELSEWHERE" = "$ZONE" ] || die "$1 $2 is in $ELSEWHERE and this instance in $ZONE: they can never meet"
  [ "$HELD" = ours ] && return 0
  if [ "$HELD" != free ]; then
    log "waiting: $HELD"
  elif answer=$(ec2 "${@:3}" "InstanceId=$INSTANCE"); then
    # EC2 gives it to one alone; its device is waited for by itself.
    return 0
  else
    HELD="$1 $2 could not be attached: $(sed -n 's|.*<Code>\(.*\)</Code><Message>\(.*\)</Message>.*|\1: \2|p' <<< "$answer")"
    log "$HELD"
  fi
  return 1
}

# Five minutes, then the boot begins again and says so: an instance that ends gives its things back by itself.
claim() {
  HELD="$1 $2 cannot be looked at"
  try "${QUILLA_TRIES:-60}" 5 claim_once "$@" || die "$HELD: this seat waits for it"
}

# On Nitro by the serial number, which is the volume's id; on Xen by the name that was asked for.
find_disk() {
  local each
  for each in "$R"/sys/class/nvme/nvme*; do
    if [ "$(tr -d ' ' 2> /dev/null < "$each/serial")" = "${VOLUME/-/}" ]; then DISK=$R/dev/${each##*/}n1; fi
  done
  for each in "$R/dev/xvdf" "$R/dev/sdf"; do
    if [ -z "$DISK" ] && [ -e "$each" ]; then DISK=$each; fi
  done
  [ -e "$DISK" ]
}

step_volume() {
  local code=0
  claim volume "$VOLUME" Action=AttachVolume "VolumeId=$VOLUME" Device=/dev/sdf
  DISK=
  try 120 0.5 find_disk || die "volume $VOLUME is attached, but its device does not appear"
  mkdir -p "$ETCD"
  if ! mountpoint -q "$ETCD"; then
    # 2: nothing at all is on it. Anything else is not ours to overwrite. It is also 2 for what cannot be read, hence dd before it.
    dd if="$DISK" of=/dev/null bs=1M count=4 status=none || die "volume $VOLUME cannot be read: it is not touched"
    blkid -p "$DISK" > /dev/null || code=$?
    if ((code == 2)); then
      command -v mkfs.ext4 > /dev/null || install_packages e2fsprogs
      mkfs.ext4 -q -L quilla-etcd "$DISK"
    elif ((code)); then
      die "what is on volume $VOLUME cannot be told (blkid: $code): it is not touched"
    fi
    mount -o noatime "$DISK" "$ETCD"
    # The volume may have grown.
    resize2fs "$DISK" > /dev/null
    # The kubelet, which runs from here on, must not start what an earlier volume was for.
    [ -d "$ETCD/data/member/wal" ] || rm -f "$R/etc/kubernetes/manifests/etcd.yaml"
  fi
  chmod 0700 "$ETCD"
  q claim-marker
}

find_link() {
  local each
  for each in "$R"/sys/class/net/*; do
    if [ "$(cat "$each/address")" = "$INTERFACE_MAC" ]; then LINK=${each##*/} && return 0; fi
  done
  return 1
}

# shellcheck disable=SC2153
has_address() { ip -4 -o address show dev "$LINK" | grep -q " $ADDRESS/"; }

# Answers leave by the interface that owns the address: a route table of its own, and the main one stays as it is.
step_interface() {
  local range pods file=$R/etc/systemd/network/05-quilla-seat.network before
  claim interface "$INTERFACE" Action=AttachNetworkInterface "NetworkInterfaceId=$INTERFACE" DeviceIndex=1
  try 120 0.5 find_link || die "interface $INTERFACE is attached, but no link with address $INTERFACE_MAC appears"
  range=$(try 60 1 imds "meta-data/network/interfaces/macs/$INTERFACE_MAC/subnet-ipv4-cidr-block")
  before=$(cat "$file" 2> /dev/null || true)
  # Answers to pods of this seat itself go where its pod network leads.
  pods=${PODS:+$(printf '%s\n' '[RoutingPolicyRule]' "From=$ADDRESS" "To=$PODS" Table=main Priority=1000)}
  put "$file" << END
[Match]
MACAddress=$INTERFACE_MAC
[Link]
MTUBytes=9001
RequiredForOnline=no
[Network]
LinkLocalAddressing=no
[Address]
Address=$ADDRESS/${range#*/}
AddPrefixRoute=false
[Route]
Destination=$range
Scope=link
Table=1001
[Route]
Destination=0.0.0.0/0
Gateway=$(q first-address "$range")
Table=1001
[RoutingPolicyRule]
From=$ADDRESS
Table=1001
Priority=1001
$pods
END
  # To set it again would take the address from what uses it.
  if [ "$before" = "$(cat "$file")" ] && has_address; then return 0; fi
  networkctl reload
  networkctl reconfigure "$LINK"
  try 120 0.5 has_address || die "$LINK does not get the address $ADDRESS"
}
