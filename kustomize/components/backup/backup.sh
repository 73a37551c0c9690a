#!/usr/bin/env bash
# Dumps the databases into a folder named by the time, which appears when it is complete, and
# removes all but the newest KEEP.
set -euo pipefail
cd "${BACKUP_FOLDER:-/backup}"

rm -rf partial
mkdir partial
# Orders first: a user and a product exist before an order refers to them.
for name in order product user; do
  uri=${name^^}_URI
  # From a secondary, so that the primary is not loaded.
  mongodump --uri "${!uri}&readPreference=secondaryPreferred" --gzip --archive="partial/$name.archive"
done
time=$(date -u +%Y%m%dT%H%M%SZ)
mv partial "$time"
echo "backup $time complete"

# The names sort by time.
backups=(*T*Z)
for ((old = 0; old < ${#backups[@]} - KEEP; old++)); do
  rm -r "${backups[old]}"
  echo "backup ${backups[old]} removed"
done
