#!/bin/bash
# Enters control groups of the machine's own, so that their namespace begins there, then all namespaces.
# Given by the environment: what first-process.sh wants, NAMESPACE of the network, and CONTROL_GROUPS, one per line.
set -euo pipefail
while read -r group; do echo $$ > "$group/cgroup.procs"; done <<< "$CONTROL_GROUPS"
exec nsenter --net="/run/netns/$NAMESPACE" unshare --mount --uts --ipc --cgroup --pid --fork --kill-child \
  bash "$(dirname "$0")/first-process.sh"
