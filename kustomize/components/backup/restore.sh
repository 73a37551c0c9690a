#!/usr/bin/env bash
# Replaces the collections of the databases by those of a backup: AT is its name, by default that of
# the newest; DATABASES names some of the databases.
set -euo pipefail
cd "${BACKUP_FOLDER:-/backup}"

backups=(*T*Z)
at=${AT:-${backups[-1]}}
[[ -d $at ]] || { echo "there is no backup $at; there are: ${backups[*]}" >&2; exit 1; }
# Orders last: they refer to users and products.
for name in ${DATABASES:-user product order}; do
  uri=${name^^}_URI
  # The archive names its database. What was stored is restored, also what a later validator refuses.
  mongorestore --uri "${!uri/"/${name}db?"//?}" --drop --bypassDocumentValidation --gzip \
    --archive="$at/$name.archive"
done
echo "backup $at restored: ${DATABASES:-user product order}"
