/** Goes to the stand-in of etcd and the API server where a machine would speak to them, else to the real curl. A worker asks for its node. */
const curl = `arguments=()
for each; do
  case $each in
    https://*/api/v1/nodes/*) [ ! -e "$QUILLA_ROOT/api-says" ] || { cat "$QUILLA_ROOT/api-says" >&2; exit 22; }; exit 0 ;;
    https://*:2379/* | https://*:6443/*) each="$STAND_IN/\${each#https://}" ;;
    http://127.0.0.1:2381/*) each="$STAND_IN/\${each#http://}" ;;
  esac
  arguments+=("$each")
done
PATH=\${PATH#*:} exec curl "\${arguments[@]}"`;

/** kubeadm's phases leave the files that the next steps look for. */
const kubeadm = `folder=$QUILLA_ROOT/etc/kubernetes
case "$3 $4" in
  'certs all')
    for name in apiserver apiserver-kubelet-client front-proxy-client; do
      authority=ca
      [ $name = front-proxy-client ] && authority=front-proxy-ca
      openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$name" -keyout "$folder/pki/$name.key" -out "$folder/csr" 2> /dev/null
      openssl x509 -req -in "$folder/csr" -CA "$folder/pki/$authority.crt" -CAkey "$folder/pki/$authority.key" -days 365 -out "$folder/pki/$name.crt" 2> /dev/null
    done
    ;;
  'kubeconfig all')
    for name in admin super-admin kubelet controller-manager scheduler; do
      echo "    server: https://api.example.com:443" > "$folder/$name.conf"
    done
    ;;
esac`;

const quiet = '';

/** Programs of the machine: each notes its call in the file \`calls\` of the root; some also answer. */
export const standIns: Readonly<Record<string, string>> = {
  curl,
  kubeadm,
  'apt-get': quiet,
  'aws-iam-authenticator': 'echo k8s-aws-v1.token',
  'mkfs.ext4': quiet,
  resize2fs: quiet,
  blkid: 'exit "${BLKID:-2}"',
  crictl: quiet,
  dnf: quiet,
  helm: quiet,
  ip: 'echo "3: eth1    inet $ADDRESS_OF_LINK/20 scope global eth1"',
  kubectl:
    'case "$*" in *"create -o json"*|*"replace -o json"*) cat ;; *namespaces*|*rolebindings*|*nodes*) echo "{\\"items\\":[]}" ;; esac',
  modprobe: quiet,
  mount: 'touch "$QUILLA_ROOT/mounted"',
  mountpoint: '[ -e "$QUILLA_ROOT/mounted" ]',
  networkctl: quiet,
  sysctl: quiet,
  systemctl: quiet,
};
