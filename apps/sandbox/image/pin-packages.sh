#!/bin/sh
# Makes apt install what the archive held at one time: pin-packages.sh 20261115T000000Z. Without a time, what it holds today.
# The official images name their snapshot in a comment of the sources; that archive is taken, with another time.
set -eu
time=${1:-}
[ -n "$time" ] || exit 0
sources=/etc/apt/sources.list.d/debian.sources
if ! grep -qE '^# https?://.*/archive/' "$sources" 2>/dev/null; then
  echo "SNAPSHOT needs a base whose $sources names a snapshot archive in a comment, as the official Debian images do" >&2
  exit 1
fi
awk -v time="$time" '
  /^# https?:\/\/.*\/archive\// { sub(/^# /, ""); sub(/[0-9]+T[0-9]+Z/, time); archive = $0; next }
  /^URIs:/ && archive != "" { print "URIs: " archive; archive = ""; next }
  { print }
' "$sources" > "$sources.pinned"
mv "$sources.pinned" "$sources"
# An old state of the archive says itself that it is no longer valid; its signatures are checked all the same.
echo 'Acquire::Check-Valid-Until "false";' > /etc/apt/apt.conf.d/90snapshot
