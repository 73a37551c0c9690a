# shellcheck shell=bash
# Assertions about the images and the running containers.
#
# Sourced by check.sh, which defines the other functions.

inspect() { docker inspect --format "$2" "$1"; } # container or image, template

check_ports() {
  local port
  for port in "$@"; do
    ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || die "port $port is in use; stop the program that uses it"
  done
}

# Waits until services of the compose file are healthy.
wait_healthy() {
  local name state tries
  for name in "$@"; do
    for ((tries = 0; tries < 600; tries++)); do
      state=$(inspect "$(container "$name")" '{{.State.Health.Status}}' 2>/dev/null || true)
      [[ $state != healthy ]] || break
      sleep 0.2
    done
    [[ $state == healthy ]] || die "$name is ${state:-missing} instead of healthy after two minutes"
  done
}

check_image() { # image
  local size files
  size=$(inspect "$1" '{{.Size}}')
  row "size of $1" "$(awk -v bytes="$size" 'BEGIN { printf "%.1f MB", bytes / 1e6 }')"
  ((size < MAX_BYTES)) || die "the image of $1 has $size bytes; expected less than $MAX_BYTES"
  [[ $(inspect "$1" '{{.Config.User}}') =~ ^[1-9][0-9]*(:[1-9][0-9]*)?$ ]] || die "the user of $1 is not a number other than 0"
  [[ $(inspect "$1" '{{index .Config.Labels "org.opencontainers.image.title"}}') == "$1" ]] || die "$1 lacks its title"
  [[ $(inspect "$1" '{{index .Config.Labels "org.opencontainers.image.revision"}}') == "$REVISION" ]] || die "$1 lacks its revision"
  [[ $(inspect "$1" '{{index .Config.Labels "org.opencontainers.image.base.name"}}') == "$RUNTIME" ]] || die "$1 lacks the name of its base image"
  files=$(docker create "$1")
  docker export "$files" >"$WORK/files.tar"
  docker rm "$files" >/dev/null
  ! tar --list --file "$WORK/files.tar" | grep -E '(^|/)(sh|bash|dash|ash|busybox|apt|dpkg)$' || die "the image of $1 contains a shell or a package manager"
  # The .env next to the Dockerfile must not be in the image.
  docker history --no-trunc "$1" >"$WORK/history"
  inspect "$1" '{{json .Config}}' >>"$WORK/history"
  ! grep -qaFe "$MONGO_PASSWORD" -e "$SIGNING_KEY" "$WORK/history" "$WORK/files.tar" || die "the image of $1 contains a secret"
  rm "$WORK/files.tar"
}

check_container() { # service
  local id
  id=$(container "$1")
  [[ $(docker top "$id" -eo pid,uid | awk 'NR > 1 { print $2 }' | sort -u) == 65532 ]] || die "$1 does not run as 65532"
  [[ $(inspect "$id" '{{.HostConfig.ReadonlyRootfs}}') == true ]] || die "the root file system of $1 is writable"
  [[ -z $(docker diff "$id") ]] || die "$1 has written to its root file system"
  [[ $(inspect "$id" '{{.HostConfig.CapDrop}}') == '[ALL]' ]] || die "$1 has capabilities"
  docker exec "$id" /service --health || die "$1 --health fails"
  ! docker exec --env PORT=1 "$id" /service --health 2>/dev/null || die "$1 --health succeeds for an unused port"
}

# Asserts that a database requires a password and contains the documents of its service.
check_database() { # database, its database and collection
  local id count="db.getSiblingDB('$2').$3.countDocuments()" found
  id=$(container "$1")
  ! docker exec "$id" mongosh --quiet --eval "$count" >/dev/null 2>&1 || die "$1 can be read without a password"
  found=$(docker exec "$id" mongosh --quiet --username root --password "$MONGO_PASSWORD" --eval "$count")
  ((found > 0)) || die "$1 has no $3 in $2, although an order was placed"
}

# Ends the process of a container like a crash. After `docker kill` the engine does not restart it.
crash() { # service or database of the compose file
  local pid
  pid=$(inspect "$(container "$1")" '{{.State.Pid}}')
  if [[ $(id -u) -eq 0 && -e /proc/$pid ]]; then
    kill -KILL "$pid"
  else
    docker kill "$(container "$1")" >/dev/null
    docker start "$(container "$1")" >/dev/null
  fi
}

# Waits until a container has started again.
wait_restarted() { # service, when it had started
  local tries
  for ((tries = 0; tries < 150; tries++)); do
    [[ $(inspect "$(container "$1")" '{{.State.StartedAt}} {{.State.Running}}') == "$2 "* ]] || break
    sleep 0.2
  done
  wait_healthy "$1"
}

check_service_restarts() { # service
  local started start
  status "killing $1"
  started=$(inspect "$(container "$1")" '{{.State.StartedAt}}')
  start=$(date +%s.%N)
  crash "$1"
  wait_restarted "$1" "$started"
  row "$1 killed, until healthy" "$(seconds_since "$start")"
  shop read "$order" >/dev/null
  shop place >/dev/null
}

# Asserts that the data persists and that the service reconnects.
check_database_restarts() { # database, its service
  local started service start tries
  status "killing $1"
  started=$(inspect "$(container "$1")" '{{.State.StartedAt}}')
  service=$(inspect "$(container "$2")" '{{.State.StartedAt}}')
  start=$(date +%s.%N)
  crash "$1"
  wait_restarted "$1" "$started"
  for ((tries = 0; tries < 150; tries++)); do
    ! shop place >/dev/null 2>&1 || break
    sleep 0.2
  done
  row "$1 killed, until an order can be placed" "$(seconds_since "$start")"
  shop read "$order" >/dev/null
  shop place >/dev/null
  [[ $(inspect "$(container "$2")" '{{.State.StartedAt}}') == "$service" ]] || die "$2 was restarted because of $1"
}

# Runs a script of the backups beside the databases, as the jobs in Kubernetes do.
run_backup_job() { # script
  local name environment=(--env BACKUP_FOLDER=/backup --env KEEP=2)
  for name in order product user; do
    environment+=(--env "${name^^}_URI=mongodb://root:$MONGO_PASSWORD@mongodb-$name/${name}db?authSource=admin")
  done
  docker run --rm --network "container:$(container mongodb-user)" "${environment[@]}" \
    --volume "$WORK/backup:/backup" --volume "$ROOT/kustomize/components/backup:/script:ro" \
    --entrypoint bash "$(inspect "$(container mongodb-user)" '{{.Config.Image}}')" "/script/$1" \
    >"$WORK/$1.log" 2>&1 || { cat "$WORK/$1.log" >&2; die "$1 failed"; }
}

# Loses all volumes, and restores a backup as the documentation describes: into empty databases, while no
# service runs.
check_restore() {
  local start
  status "losing all volumes and restoring a backup"
  mkdir "$WORK/backup"
  chmod 777 "$WORK/backup"
  run_backup_job backup.sh
  compose down --volumes >/dev/null 2>&1
  start=$(date +%s.%N)
  compose up --detach --no-build "${DATABASES[@]}" >"$WORK/up" 2>&1 || { cat "$WORK/up" >&2; die "compose up failed"; }
  wait_healthy "${DATABASES[@]}"
  run_backup_job restore.sh
  start_all "compose up on the restored databases"
  row "new databases and restore, until all six are healthy" "$(seconds_since "$start")"
  shop read "$order" >/dev/null
  shop place >/dev/null
}
