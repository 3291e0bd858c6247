#!/bin/bash
# The first process of a machine, in its namespaces already: it builds the machine's view of files and becomes systemd.
# Given by the environment: NAME; LOWER, the image; FOLDER with upper, work, root, data, cgroups; CONSOLE, a terminal.
set -euo pipefail
mount --make-rprivate /
root=$FOLDER/root
mount -t overlay overlay -o "lowerdir=$LOWER,upperdir=$FOLDER/upper,workdir=$FOLDER/work" "$root"
# Layers of images are an overlay themselves, which cannot lie on another one.
for each in containerd kubelet; do
  mkdir -p "$root/var/lib/$each" "$FOLDER/data/$each"
  mount --bind "$FOLDER/data/$each" "$root/var/lib/$each"
done
mount -t proc proc "$root/proc"
# Read-only: networkd takes it as the sign that no udev will tell it of links.
mount -t sysfs -o ro sysfs "$root/sys"
mount -t tmpfs -o mode=755,size=1m dev "$root/dev"
for each in null zero full random urandom tty kmsg; do
  : > "$root/dev/$each"
  mount --bind "/dev/$each" "$root/dev/$each"
done
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts "$root/dev/pts"
mount -t tmpfs -o mode=1777 shm "$root/dev/shm"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
for each in 0:stdin 1:stdout 2:stderr; do ln -s "/proc/self/fd/${each%:*}" "$root/dev/${each#*:}"; done
: > "$root/dev/console"
mount --bind "$CONSOLE" "$root/dev/console"
mount -t tmpfs -o mode=755 run "$root/run"
if [ -e "$FOLDER/cgroups" ]; then
  # Version 1: each hierarchy by itself; the namespace shows only this machine's part of it.
  mount -t tmpfs -o mode=755 cgroup "$root/sys/fs/cgroup"
  while read -r name options; do
    mkdir "$root/sys/fs/cgroup/$name"
    if [ "$options" = version2 ]; then
      mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup/$name"
    else
      mount -t cgroup -o "$options" cgroup "$root/sys/fs/cgroup/$name"
    fi
  done < "$FOLDER/cgroups"
else
  mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
fi
mkdir -p "$root/.host"
cd "$root"
pivot_root . .host
cd /
umount -l /.host
rmdir /.host
# Volumes of pods are mounted in one place and seen in another.
mount --make-rshared /
hostname "$NAME"
exec env -i container=namespaces PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin TERM=linux \
  /lib/systemd/systemd --show-status=no < /dev/console > /dev/console 2>&1
