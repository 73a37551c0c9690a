# shellcheck shell=bash
# A container engine: a running one, or a dockerd that this script starts and stops.
#
# Sourced by check.sh, which defines `status`, `die` and `need`.

ENGINE_PID=
ENGINE_BRIDGE=
# The exit status if there is no engine.
readonly NO_ENGINE=77

start_engine() {
  need docker docker.io
  if docker info >/dev/null 2>&1; then
    status "using the running engine"
    return
  fi
  if [[ $(id -u) -ne 0 ]]; then
    printf 'images-check: no container engine is running, and only root can start one; start Docker\n' >&2
    exit "$NO_ENGINE"
  fi
  need dockerd docker.io
  # The built layers are kept for the next run.
  mkdir -p "$DEV_HOME/engine" "$WORK/engine"
  ip link show docker0 >/dev/null 2>&1 || ENGINE_BRIDGE=docker0
  export DOCKER_HOST=unix://$WORK/engine/docker.sock
  status "no engine is running: starting dockerd with data in $DEV_HOME/engine"
  dockerd --host "$DOCKER_HOST" --data-root "$DEV_HOME/engine" --exec-root "$WORK/engine/exec" \
    --pidfile "$WORK/engine/pid" >"$WORK/engine/log" 2>&1 &
  ENGINE_PID=$!
  local tries
  for ((tries = 0; tries < 300; tries++)); do
    docker info >/dev/null 2>&1 && return
    kill -0 "$ENGINE_PID" 2>/dev/null || break
    sleep 0.2
  done
  grep -vE 'level=(info|warning)' "$WORK/engine/log" | tail -n 10 >&2
  printf 'images-check: dockerd does not start; it needs root, namespaces and cgroups\n' >&2
  exit "$NO_ENGINE"
}

stop_engine() {
  [[ -n $ENGINE_PID ]] || return 0
  kill "$ENGINE_PID" 2>/dev/null || true
  wait "$ENGINE_PID" 2>/dev/null || true
  [[ -z $ENGINE_BRIDGE ]] || ip link delete "$ENGINE_BRIDGE" 2>/dev/null || true
}

# Chooses a client with BuildKit: Debian's client contains it, newer ones need a plugin.
choose_client() {
  export DOCKER_BUILDKIT=1 COMPOSE_DOCKER_CLI_BUILD=1
  local client
  for client in docker /usr/bin/docker; do
    if [[ $("$client" version --format '{{.Client.Version}}' 2>/dev/null) == 20.* ]] \
      || "$client" buildx version >/dev/null 2>&1; then
      mkdir -p "$WORK/bin"
      ln -sf "$(command -v "$client")" "$WORK/bin/docker"
      PATH=$WORK/bin:$PATH
      return
    fi
  done
  die "this docker client lacks BuildKit; install its buildx plugin"
}

# Chooses Compose as a plugin or as a program.
choose_compose() {
  if docker compose version >/dev/null 2>&1; then
    COMPOSE=(docker compose)
  else
    need docker-compose docker-compose
    COMPOSE=(docker-compose)
  fi
}
