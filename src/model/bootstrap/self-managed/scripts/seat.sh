# A seat of the control plane: the same steps on each, in no order between them.

step_authenticator() {
  q webhook
  unit aws-iam-authenticator 'IAM identities for the API server' '/usr/local/bin/aws-iam-authenticator server --config=/etc/kubernetes/authenticator/config.json'
  read_state
  systemctl enable --now aws-iam-authenticator.service
}

# Who is who, for the authenticator, and what the cluster shall have.
read_state() {
  local before
  before=$(sha256sum "$KUBERNETES/authenticator/config.json" 2> /dev/null || true)
  if (umask 077 && s3 cluster/state.json -o "$DATA/state.new"); then
    mv "$DATA/state.new" "$DATA/state.json"
  else
    rm -f "$DATA/state.new"
    [ -s "$DATA/state.json" ] || die "the store $STORE gives no cluster/state.json"
  fi
  q mappings
  [ "$before" = "$(sha256sum "$KUBERNETES/authenticator/config.json")" ] || systemctl try-restart aws-iam-authenticator.service
}

api_ready() { http --max-time 5 -o /dev/null --cacert "$PKI/ca.crt" "https://$ADDRESS:6443/readyz" 2> /dev/null; }

step_control_plane() {
  q api-server
  mkdir -p "$R/var/log/kubernetes"
  phase control-plane all
  try "${QUILLA_TRIES:-600}" 1 api_ready || die 'waiting: the API server of this seat is not ready'
}

# The first of these also binds the group of admin.conf, for which it needs super-admin.conf.
step_cluster() {
  try 12 10 phase mark-control-plane
  rm -f "$KUBERNETES/super-admin.conf"
  q cluster boot
}

timer() { # NAME UNIT-LINE...
  put "$R/etc/systemd/system/quilla-$1.service" << END
[Service]
Type=oneshot
ExecStart=/usr/local/lib/quilla/boot $1
END
  { printf '[Timer]\n'; printf '%s\n' "${@:2}"; printf '[Install]\nWantedBy=timers.target\n'; } | put "$R/etc/systemd/system/quilla-$1.timer"
}

step_timers() {
  timer state OnActiveSec=60 OnUnitInactiveSec=60
  timer renew OnCalendar=daily RandomizedDelaySec=20h
  timer snapshot "OnActiveSec=${SNAPSHOT}min" "OnUnitInactiveSec=${SNAPSHOT}min"
  systemctl enable --now quilla-state.timer quilla-renew.timer quilla-snapshot.timer
}

timer_state() {
  read_state
  q cluster
}
