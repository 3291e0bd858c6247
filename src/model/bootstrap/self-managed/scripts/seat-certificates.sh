# Keys from the store, and the certificates that are made with them here.
KUBERNETES=$R/etc/kubernetes
PKI=$KUBERNETES/pki
CONFIG=$KUBERNETES/quilla/kubeadm.yaml

# A start after the first does without the store.
step_keys() {
  local name
  umask 077
  mkdir -p "$PKI/etcd" "$KUBERNETES/quilla" "$KUBERNETES/authenticator"
  for name in ca front-proxy-ca; do
    key $name.crt "$PKI/$name.crt"
    key $name.key "$PKI/$name.key"
  done
  key sa.pub "$PKI/sa.pub"
  key sa.key "$PKI/sa.key"
  key etcd-ca.crt "$PKI/etcd/ca.crt"
  key etcd-ca.key "$PKI/etcd/ca.key"
  key secrets.key "$KUBERNETES/quilla/secrets.key"
  key authenticator.crt "$KUBERNETES/authenticator/cert.pem"
  key authenticator.key "$KUBERNETES/authenticator/key.pem"
  chmod 0600 "$KUBERNETES/authenticator/key.pem"
  umask 022
}

# Whether a third of a certificate's life is left and this authority made it.
fresh() { # FILE AUTHORITY
  [ -s "$1.crt" ] && [ -s "$1.key" ] && openssl x509 -noout -checkend $((DAYS * 28800)) -in "$1.crt" > /dev/null &&
    openssl verify -CAfile "$2.crt" "$1.crt" > /dev/null 2>&1
}

# For servers and clients alike if nothing is said: etcd's own gateway is a client with the server's certificate.
certificate() { # FILE AUTHORITY SUBJECT [NAMES] [USES]
  local subject=/CN=$3
  fresh "$1" "$2" && return 0
  [[ $3 == */CN=* ]] && subject=/$3
  log "certificate $1"
  mkdir -p "${1%/*}"
  (
    umask 077
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "$subject" -keyout "$1.key.new" -out "$1.csr" 2> /dev/null
    openssl x509 -req -in "$1.csr" -CA "$2.crt" -CAkey "$2.key" -set_serial "0x$(openssl rand -hex 16)" -days "$DAYS" -out "$1.crt.new" \
      -extfile <(printf '%s\n' basicConstraints=critical,CA:false keyUsage=critical,digitalSignature "extendedKeyUsage=${5:-serverAuth,clientAuth}" ${4:+"subjectAltName=$4"}) 2> /dev/null
    mv "$1.key.new" "$1.key"
    mv "$1.crt.new" "$1.crt"
    rm "$1.csr"
  )
  chmod 0644 "$1.crt"
  CHANGED=1
}

phase() { kubeadm init phase "$@" --config "$CONFIG"; }

step_certificates() {
  local names="IP:$ADDRESS,IP:$IP,IP:127.0.0.1,DNS:localhost,DNS:$SEAT,DNS:$INSTANCE" each
  CHANGED=
  q kubeadm
  for each in server peer; do certificate "$PKI/etcd/$each" "$PKI/etcd/ca" "$SEAT" "$names"; done
  certificate "$PKI/etcd/healthcheck-client" "$PKI/etcd/ca" kube-etcd-healthcheck-client
  certificate "$R/var/lib/kubelet/pki/serving" "$PKI/ca" "O=system:nodes/CN=system:node:$INSTANCE" "IP:$ADDRESS,IP:$IP,DNS:$INSTANCE" serverAuth
  certificate "$PKI/pod-identity-webhook" "$PKI/ca" amazon-eks-pod-identity-webhook DNS:amazon-eks-pod-identity-webhook.kube-system.svc serverAuth
  # kubeadm keeps what is there, so what grows old goes first; its kubeconfigs are made at the same moment.
  if ! fresh "$PKI/apiserver" "$PKI/ca" || ! [ -s "$KUBERNETES/scheduler.conf" ]; then
    rm -f "$PKI"/apiserver* "$PKI"/front-proxy-client.* "$KUBERNETES"/*.conf
    phase certs all
    phase kubeconfig all
    CHANGED=1
  fi
  # An API server is never older than who talks to it if they share a machine.
  sed -i "s#server: https://.*#server: https://$ADDRESS:6443#" "$KUBERNETES"/*.conf
  certificate "$PKI/apiserver-etcd-client" "$PKI/etcd/ca" kube-apiserver-etcd-client
}

# By a timer: what is two thirds through its life is made anew. etcd reads its files again by itself.
timer_renew() {
  local each old=$KUBERNETES/super-admin.conf
  [ ! -e "$old" ] || old=
  step_keys
  step_certificates
  # kubeadm makes it beside the others; only a first boot has a use for it.
  rm -f "$old"
  [ -n "$CHANGED" ] || return 0
  log 'certificates are new: the control plane of this seat starts again'
  for each in kube-apiserver kube-controller-manager kube-scheduler; do
    crictl ps -q --name "^$each\$" | xargs -r crictl stop -t 60
  done
  systemctl restart kubelet.service
}
