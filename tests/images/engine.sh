# shellcheck shell=bash
# A container engine: the one that answers, or a dockerd of our own for as long as the check runs.
#
# Sourced by check.sh, which says what `say`, `die` and `need` are.

ENGINE_PID=
ENGINE_BRIDGE=
# The exit status that says so.
readonly NO_ENGINE=77

start_engine() {
  need docker docker.io
  if docker info >/dev/null 2>&1; then
    say "using the engine that runs here"
    return
  fi
  if [[ $(id -u) -ne 0 ]]; then
    printf 'images-check: no container engine answers, and only root can start one: start Docker and try again\n' >&2
    exit "$NO_ENGINE"
  fi
  need dockerd docker.io
  # What it has built stays for the next time; where it runs does not.
  mkdir -p "$DEV_HOME/engine" "$WORK/engine"
  ip link show docker0 >/dev/null 2>&1 || ENGINE_BRIDGE=docker0
  export DOCKER_HOST=unix://$WORK/engine/docker.sock
  say "no engine runs here: starting a dockerd of our own, data in $DEV_HOME/engine"
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
  printf 'images-check: dockerd does not start here; it needs root, namespaces and cgroups\n' >&2
  exit "$NO_ENGINE"
}

stop_engine() {
  [[ -n $ENGINE_PID ]] || return 0
  kill "$ENGINE_PID" 2>/dev/null || true
  wait "$ENGINE_PID" 2>/dev/null || true
  [[ -z $ENGINE_BRIDGE ]] || ip link delete "$ENGINE_BRIDGE" 2>/dev/null || true
}

# The client for it. BuildKit has to be in it: Debian's has it, newer ones have it as a plugin.
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
  die "this docker client cannot build: install its buildx plugin"
}

# Compose as a plugin, or as a program.
choose_compose() {
  if docker compose version >/dev/null 2>&1; then
    COMPOSE=(docker compose)
  else
    need docker-compose docker-compose
    COMPOSE=(docker-compose)
  fi
}
