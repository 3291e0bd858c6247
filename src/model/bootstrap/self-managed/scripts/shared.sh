# What seats and workers share: the log, retries, instance metadata, calls of AWS, the store, and the run of the steps.
# QUILLA_ROOT, QUILLA_IMDS, QUILLA_ENDPOINT and QUILLA_PAUSE stand in for the machine, its metadata service, AWS and waiting in tests.
set -Eeuo pipefail
export PATH=$PATH:/usr/local/sbin:/usr/local/bin
# systemd gives services of root none; helm and kubectl would keep their files in /.
export HOME=${HOME:-/root}
R=${QUILLA_ROOT:-}
IMDS=${QUILLA_IMDS:-http://169.254.169.254}
LIB=$R/usr/local/lib/quilla
DATA=$R/var/lib/quilla
STEP=start

log() { echo "quilla: $*"; }

die() {
  log "$*" >&2
  exit 1
}

# try TIMES PAUSE COMMAND...: until it succeeds
try() {
  local times=$1 pause=$2
  shift 2
  until "$@"; do
    ((--times > 0)) || return 1
    sleep "${QUILLA_PAUSE:-$pause}"
  done
}

# The parts that are about data: JSON, XML, MIME.
q() { python3 -c "$(python_shared; python_seat; echo 'known[sys.argv[1]]()')" "$@"; }
python_seat() { :; }

# put FILE [MODE]: standard input becomes the file, whole or not at all
put() {
  mkdir -p "${1%/*}"
  cat > "${1%/*}/.quilla-new"
  chmod "${2:-0644}" "${1%/*}/.quilla-new"
  mv "${1%/*}/.quilla-new" "$1"
}

http() { curl -sS --fail-with-body --connect-timeout 5 "$@"; }

# What fails prints nothing here: its answers are kept.
imds_get() { curl -sSf --connect-timeout 5 --max-time 5 "$@"; }
imds_token() { TOKEN=$(imds_get -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 21600' "$IMDS/latest/api/token"); }
imds() { imds_get -H "X-aws-ec2-metadata-token: $TOKEN" "$IMDS/latest/$1"; }

# The role's credentials change; they are asked for again after five minutes.
credentials() {
  ((SECONDS < ${CREDENTIALS_UNTIL:-0})) && return 0
  local base=meta-data/iam/security-credentials role
  imds_token || return 1
  role=$(imds $base/) || return 1
  CREDENTIALS=$(imds "$base/$role" | q credentials) || return 1
  CREDENTIALS_UNTIL=$((SECONDS + 300))
}

# aws SERVICE URL CURL-ARGUMENTS...: the secret key never stands in a process list
aws() {
  credentials || return 1
  http --max-time "${AWS_SECONDS:-60}" --retry 3 --aws-sigv4 "aws:amz:$REGION:$1" \
    -K <(echo "$CREDENTIALS") "${@:3}" "${QUILLA_ENDPOINT:-https://$1.$REGION.$SUFFIX}$2"
}

ec2() {
  local each fields=()
  for each; do fields+=(--data-urlencode "$each"); done
  aws ec2 / --data-urlencode Version=2016-11-15 "${fields[@]}"
}

# s3 KEY CURL-ARGUMENTS...
s3() { aws s3 "/$STORE/$1" "${@:2}"; }

# from_store KEY FILE: or else WHY has what the store says
from_store() {
  rm -f "$2"
  s3 "$1" -o "$2" && return 0
  WHY=$(sed -n 's|.*<Message>\(.*\)</Message>.*|: \1|p' "$2" 2> /dev/null || true)
  rm -f "$2"
  return 1
}

# What was fetched once serves where the store does not answer.
key() { # NAME FILE
  local mode=0600
  [[ $1 == *.key ]] || mode=0644
  from_store "cluster/keys/$1" "$2.new" || { [ -s "$2" ] || die "the store $STORE gives no cluster/keys/$1$WHY"; return 0; }
  chmod "$mode" "$2.new"
  mv "$2.new" "$2"
}

# The last word of a boot, for `quilla status`.
tell() { ec2 Action=CreateTags "ResourceId.1=$INSTANCE" Tag.1.Key=quilla.dev/boot "Tag.1.Value=$*" > /dev/null; }

now() { date -u +%Y-%m-%dT%H:%M:%SZ; }

ended() {
  local code=$?
  ((code == 0)) && return 0
  log "step $STEP failed; it is tried again"
  if [ -n "${INSTANCE:-}" ] && [ -n "${REGION:-}" ]; then tell "failed $(now) $STEP" || true; fi
  exit "$code"
}

step_configure() {
  mkdir -p "$LIB" "$DATA"
  try 30 2 imds_token
  INSTANCE=$(imds meta-data/instance-id)
  ZONE=$(imds meta-data/placement/availability-zone)
  IP=$(imds meta-data/local-ipv4)
  # A failure in the data must be told too, which needs a region.
  REGION=$(imds meta-data/placement/region)
  SUFFIX=$(imds meta-data/services/domain || echo amazonaws.com)
  export INSTANCE ZONE IP
  if [ -s "$R/var/lib/cloud/instance/user-data.txt" ]; then
    q configure < "$R/var/lib/cloud/instance/user-data.txt"
  else
    imds user-data | q configure
  fi
  VARIABLES=$(q variables)
  eval "$VARIABLES"
  credentials
}

# The script stays on the machine: systemd runs it again until it succeeds, at each start, and by timers.
install_unit() {
  [ "$0" = "$LIB/boot" ] || put "$LIB/boot" 0755 < "$0"
  put "$R/etc/systemd/system/quilla-boot.service" <<'END'
[Unit]
Description=Makes this machine a node
After=network-online.target
Wants=network-online.target
StartLimitIntervalSec=0
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/local/lib/quilla/boot run
Restart=on-failure
RestartSec=30
StandardOutput=journal+console
[Install]
WantedBy=multi-user.target
END
  systemctl enable quilla-boot.service
  systemctl start --no-block quilla-boot.service
}

# A timer waits for a boot, and the reverse.
alone() {
  mkdir -p "$DATA"
  exec 8> "$DATA/lock"
  flock 8
}

# run [--only STEP] [--until STEP] STEPS...
run() {
  local only='' last='' each
  while [[ ${1:-} == --* ]]; do
    if [ "$1" = --only ]; then only=$2; else last=$2; fi
    shift 2
  done
  trap ended EXIT
  alone
  for each; do
    if [ -n "$only" ] && [[ ! " configure program $only " == *" $each "* ]]; then continue; fi
    STEP=$each
    log "STEP $STEP"
    "step_${STEP//-/_}"
    [ "$each" = "$last" ] && return 0
  done
  [ -n "$only" ] && return 0
  STEP=ready
  tell "ready $(now)"
  log ready
}
