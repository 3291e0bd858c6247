# A worker: its kubelet identifies itself with the role of the instance. No secret lies on it.
case ${1:-} in
  run) run "${@:2}" configure host files containerd kubelet ;;
  *) install_unit ;;
esac
