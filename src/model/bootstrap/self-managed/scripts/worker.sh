# A worker: its kubelet identifies itself with the role of the instance. No secret lies on it.
PKI=$R/etc/kubernetes/pki

# By it the worker knows the API. It lies in the store once the cluster has keys.
step_authority() {
  mkdir -p "$PKI"
  key ca.crt "$PKI/ca.crt"
}

# It is good for a quarter of an hour, and takes longer to make than the API takes to answer.
identify() {
  ((SECONDS < ${IDENTITY_UNTIL:-0})) && return 0
  IDENTITY=$(AWS_REGION=$REGION AWS_STS_REGIONAL_ENDPOINTS=regional aws-iam-authenticator token -i "$CLUSTER" --token-only 2> "$DATA/why") || return 1
  IDENTITY_UNTIL=$((SECONDS + 300))
}

# What the kubelet asks for all the time, by the same name, authority and role; its own log would not reach the console.
ask_api() {
  http --max-time 10 -o /dev/null --cacert "$PKI/ca.crt" -K <(echo "header = \"Authorization: Bearer $IDENTITY\"") \
    "https://$API/api/v1/nodes/$INSTANCE"
}

joined() {
  local answer
  if ! identify; then
    answer=$(cat "$DATA/why")
  elif answer=$(ask_api 2>&1); then
    return 0
  fi
  answer=$(sed -E '1!d; s/ after [0-9]+ ms//' <<< "$answer")
  if [[ $answer == *'error: 401' ]]; then
    answer+=' (Unauthorized: the seats do not let the role of this instance in)'
    # The API server remembers for minutes what it did not know.
    IDENTITY_UNTIL=0
  fi
  [ "$answer" = "${SAID:-}" ] || log "waiting: no node yet: $API: $answer"
  SAID=$answer
  return 1
}

# A machine that is ready is a node.
step_join() { try "${QUILLA_TRIES:-60}" 2 joined || die "no node of this cluster: $API: $SAID"; }

case ${1:-} in
  run) run "${@:2}" configure host files containerd authority kubelet join ;;
  *) install_unit ;;
esac
