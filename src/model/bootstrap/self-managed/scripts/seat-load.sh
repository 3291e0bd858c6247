# A seat. EC2 takes 16 KiB of user data, so the rest of its script lies in the store, and its digest here.
PROGRAM=

right_program() { sha256sum -c --status <<< "$PROGRAM  $LIB/seat" 2> /dev/null; }

# Kept on the machine: a start after the first does without the store.
step_program() {
  if ! right_program; then
    from_store "cluster/seat-${PROGRAM:0:16}.json" "$DATA/program" || die "the store $STORE gives no cluster/seat-${PROGRAM:0:16}.json$WHY"
    q unpack < "$DATA/program" > "$LIB/seat"
    right_program || die "cluster/seat-${PROGRAM:0:16}.json is not what this script was made with"
  fi
  # shellcheck source=/dev/null
  source "$LIB/seat"
}

case ${1:-} in
  '') install_unit ;;
  run)
    # What takes time and needs nothing of others comes before what an instance that ends may still hold.
    run "${@:2}" configure program host files containerd volume interface keys certificates kubelet etcd authenticator control-plane \
      cluster timers
    ;;
  *)
    alone
    step_configure
    step_program
    "timer_$1"
    ;;
esac
