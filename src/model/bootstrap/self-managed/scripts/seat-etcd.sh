# etcd never forgets: it starts as new only if this seat never started before, else on its own data, else as a learner.

# etcd_call ADDRESS PATH JSON: etcd's JSON gateway
etcd_call() {
  http --max-time 10 --cacert "$PKI/etcd/ca.crt" --cert "$PKI/etcd/healthcheck-client.crt" --key "$PKI/etcd/healthcheck-client.key" \
    "https://$1:2379/v3/$2" -d "$3"
}

# The first other seat that answers; it does only while they have a quorum.
ask_others() { # PATH JSON
  local address answer
  for address in $OTHERS; do
    # What says why it cannot is no answer.
    if answer=$(etcd_call "$address" "$@" 2> /dev/null); then echo "$answer" && return 0; fi
  done
  return 1
}

members() { ask_others cluster/member/list '{"linearizable":true}'; }

# started SEAT: its mark in the store, nothing where there is none. Who may not list a bucket is told 403 for what is not there.
started() {
  local code
  code=$(s3 "seats/$1/started" -o "$DATA/mark" -w '%{http_code}' 2> /dev/null || true)
  case $code in
    200) cat "$DATA/mark" ;;
    403 | 404) ;;
    *) die "seats/$1/started could not be read from $STORE (HTTP $code)" ;;
  esac
}

# Whether the store shows that this seat starts etcd for the first time ever, or did not get beyond that.
first_start() {
  local code mark name
  q first-mark > "$DATA/first"
  code=$(s3 "seats/$SEAT/started" -X PUT -H 'If-None-Match: *' -H 'Content-Type: application/json' \
    --data-binary "@$DATA/first" -o /dev/null -w '%{http_code}' 2> /dev/null || true)
  case $code in
    200) ;;
    409 | 412)
      mark=$(started "$SEAT")
      # What stood there between the mark and the first start was a crash: the same volume says so.
      if [ "$(q get nonce <<< "$mark")" != "$(q get nonce < "$DATA/first")" ]; then
        log "seat $SEAT has started before, on volume $(q get volume <<< "$mark"): that data is not here"
        NEW=
      fi
      ;;
    *) die "seats/$SEAT/started could not be written to $STORE (HTTP $code)" ;;
  esac
  # Others that were founded without this seat have a cluster already: a new one beside it would be empty.
  for name in $OTHER_SEATS; do
    mark=$(started "$name")
    if [ -n "$mark" ] && ! q same-members <<< "$mark"; then
      log "seat $name was founded with other members"
      NEW=
    fi
  done
  # Those that answer have a cluster. Only as a member that they still wait for this one is of its founding.
  if mark=$(members) && ! q awaited <<< "$mark"; then
    log 'the other seats do not wait for the first start of this one'
    NEW=
  fi
}

# Not before the others can decide: they have to forget what was lost, and to take in what comes.
join_as_learner() {
  local list id ids
  [ -n "$OTHERS" ] || die 'the data of the only seat is lost: restore a snapshot'
  list=$(try "${QUILLA_TRIES:-6}" 5 members) || die 'waiting: the other seats have no quorum of etcd, so this one can neither join nor start anew'
  ids=$(q members-at <<< "$list")
  for id in $ids; do
    log "removing member $id, whose data is lost"
    ask_others cluster/member/remove "{\"ID\":\"$id\"}" > /dev/null || die "etcd does not remove member $id now"
  done
  list=$(ask_others cluster/member/add "{\"peerURLs\":[\"https://$ADDRESS:2380\"],\"isLearner\":true}") || die 'etcd takes no learner now'
  INITIAL=$(q initial <<< "$list")
  # What a start left that was cut off before etcd had a log.
  if [ -e "$ETCD/data" ]; then
    rm -rf "$ETCD/data.old"
    mv "$ETCD/data" "$ETCD/data.old"
  fi
}

# Succeeds when this member votes.
promoted() {
  local list id
  list=$(members) || return 1
  id=$(q learner-here <<< "$list")
  [ -n "$id" ] || return 0
  ask_others cluster/member/promote "{\"ID\":\"$id\"}" > /dev/null && log "member $id is promoted"
}

healthy() { http --max-time 5 -o /dev/null http://127.0.0.1:2381/health 2> /dev/null; }

step_etcd() {
  NEW=1
  # etcd moves its log into place when it is whole.
  if [ -d "$ETCD/data/member/wal" ]; then
    log 'etcd goes on with its data'
    q etcd kept "$INITIAL"
  else
    # The data of a member that was complete once does not come back by starting anew.
    if [ "$(q marker formed)" = true ]; then NEW=; else first_start; fi
    if [ -n "$NEW" ]; then
      log 'etcd starts as new'
      q etcd new "$INITIAL"
    else
      log 'etcd has to join as a learner'
      join_as_learner
      q mark state learner
      q etcd existing "$INITIAL"
    fi
  fi
  if [ "$(q marker state)" = learner ]; then
    try "${QUILLA_TRIES:-120}" 5 promoted || die 'waiting: etcd is not in sync with its leader yet'
    q mark state member
  fi
  try "${QUILLA_TRIES:-600}" 1 healthy || die 'waiting: etcd has no quorum'
  q mark formed true
}

# curl signs a file that it sends with `-T` by the digest that it is told.
upload() { # KEY FILE
  local file=$R/var/lib/quilla/backup/$2 digest
  digest=$(sha256sum < "$file")
  AWS_SECONDS=1800 s3 "${1//:/%3A}" -T "$file" -H "x-amz-content-sha256: ${digest%% *}"
}

# By a timer, from the leader alone: one of them is enough.
timer_snapshot() {
  local id status name folder=/var/lib/quilla/backup
  status=$(etcd_call 127.0.0.1 maintenance/status '{}')
  q leads <<< "$status" || return 0
  id=$(crictl ps -q --name '^etcd$')
  name=backups/$(now)-$SEAT.db
  crictl exec "$id" etcdctl --endpoints=https://127.0.0.1:2379 --cacert=/etc/kubernetes/pki/etcd/ca.crt \
    --cert=/etc/kubernetes/pki/etcd/healthcheck-client.crt --key=/etc/kubernetes/pki/etcd/healthcheck-client.key \
    snapshot save "$folder/etcd.db" > /dev/null
  crictl exec "$id" etcdutl snapshot status -w json "$folder/etcd.db" | q snapshot > "$R$folder/etcd.json"
  upload "$name" etcd.db
  upload "$name.json" etcd.json
  rm -f "$R$folder"/etcd.*
  log "snapshot $name"
}
