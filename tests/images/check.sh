#!/usr/bin/env bash
# Builds the images, starts docker-compose.yml on a real engine, places an order through the
# published ports, kills and restarts containers, restores a backup into new volumes, and removes
# everything.
#
#   tests/images/check.sh             with cached layers
#   tests/images/check.sh --cold      without cached layers
#   tests/images/check.sh --release   with full optimization, which takes minutes for each service
#
# It needs a container engine, or root on Debian, where it installs missing packages. Without access to
# a registry it uses substitutes for the base images, and reports that. The exit status is 77 if there
# is no engine and none can be started.
set -euo pipefail

ROOT=$(cd "$(dirname "$0")/../.." && pwd)
WORK=$(mktemp -d)
# A separate folder and project, so that the .env and the volumes of the user are not touched.
COPY=$WORK/images-check
DEV_HOME=${DEV_HOME:-$ROOT/.dev}
STAND_INS=()
COMPOSE=()
TABLE=()
readonly SERVICES=(user-service product-service order-service)
readonly DATABASES=(mongodb-user mongodb-product mongodb-order)
readonly MAX_BYTES=40000000
PROFILE=quick
CACHE=()

status() { printf '==> %s\n' "$*"; }
die() { printf 'images-check: %s\n' "$*" >&2; exit 1; }
row() { TABLE+=("$(printf '%-52s %12s' "$1" "$2")"); }

# Installs the Debian package of a missing program.
need() {
  command -v "$1" >/dev/null && return
  if [[ $(id -u) -ne 0 ]] || ! command -v apt-get >/dev/null; then
    die "\`$1\` is missing; install it (Debian: apt-get install $2) and try again"
  fi
  status "installing $2"
  apt-get update -qq >/dev/null && apt-get install -y -qq --no-install-recommends "$2" >/dev/null
}

# shellcheck source=tests/images/engine.sh
source "$ROOT/tests/images/engine.sh"
# shellcheck source=tests/images/stand-ins.sh
source "$ROOT/tests/images/stand-ins.sh"
# shellcheck source=tests/images/assertions.sh
source "$ROOT/tests/images/assertions.sh"

take_down() {
  local result=$?
  if [[ ${#COMPOSE[@]} -gt 0 && -d $COPY ]]; then
    [[ $result -eq 0 ]] || compose logs --tail 15 2>&1 | tail -n 120 >&2 || true
    compose down --volumes --remove-orphans >/dev/null 2>&1 || true
  fi
  # A dockerd that this script has started keeps them for the next run.
  [[ -n $ENGINE_PID ]] || remove_stand_ins
  stop_engine
  rm -rf "$WORK"
}
trap take_down EXIT
trap 'exit 130' INT TERM

compose() { (cd "$COPY" && "${COMPOSE[@]}" "$@"); }
container() { compose ps --quiet "$1"; }
seconds_since() { awk -v now="$(date +%s.%N)" -v start="$1" 'BEGIN { printf "%.1f s", now - start }'; }
shop() { python3 "$ROOT/tests/images/shop.py" "$@"; }

# Copies the working tree without ignored files, and generates credentials.
copy_project() {
  mkdir "$COPY"
  # Git also lists files that have been deleted, which makes ls fail.
  (cd "$ROOT" && git ls-files -z --cached --others --exclude-standard \
    | { xargs -0 ls -d 2>/dev/null || true; } | tar --create --files-from -) \
    | tar --extract --directory "$COPY"
  MONGO_PASSWORD=$(python3 -c 'import secrets; print(secrets.token_hex(16))')
  SIGNING_KEY=$(python3 -c 'import base64, secrets; print(base64.b64encode(bytes.fromhex("302e020100300506032b657004220420") + secrets.token_bytes(32)).decode())')
  printf 'MONGO_PASSWORD=%s\nJWT_SIGNING_KEY=%s\n' "$MONGO_PASSWORD" \
    "'-----BEGIN PRIVATE KEY-----\\n$SIGNING_KEY\\n-----END PRIVATE KEY-----'" >"$COPY/.env"
}

base_images() {
  local rust
  rust=$(sed -n 's/^ARG RUST=//p' "$ROOT/Dockerfile")
  RUNTIME=$(sed -n 's/^ARG RUNTIME=//p' "$ROOT/Dockerfile")
  DEBIAN=${rust##*-}
  base_image "$rust" make_rust "$(rustc --version 2>/dev/null) of this machine"
  base_image "$RUNTIME" make_distroless "files of Debian's packages"
}

database_image() {
  local files
  files=$(cat "$ROOT"/tests/images/mongo/* | cksum | cut -d ' ' -f 1)
  base_image "$(sed -n 's/^ *image: \(mongo:.*\)/\1/p' "$ROOT/docker-compose.yml")" make_mongo "SecantusDB, a server of MongoDB's protocol, $files"
}

build() { # service, name of the row, further arguments of docker build
  local start log=$WORK/build.$1
  start=$(date +%s.%N)
  docker build --build-arg "SERVICE=$1" --build-arg "PROFILE=$PROFILE" --build-arg "REVISION=$REVISION" --tag "$1" "${@:3}" "$COPY" >"$log" 2>&1 \
    || { tail -n 30 "$log" >&2; die "the image of $1 cannot be built"; }
  row "$2" "$(seconds_since "$start")"
}

build_images() {
  local how="with cached layers" source=$COPY/services/order/src/main.rs
  [[ ${#CACHE[@]} -eq 0 ]] || how="without cache"
  REVISION=$(git -C "$ROOT" rev-parse HEAD 2>/dev/null || echo unknown)
  status "building the images (profile $PROFILE, $how)"
  build user-service "build user-service, $how" "${CACHE[@]}"
  build product-service "build product-service, shared libraries cached"
  build order-service "build order-service, shared libraries cached"
  build order-service "build order-service, unchanged"
  echo "// A change." >>"$source"
  build order-service "build order-service, source changed"
}

start_all() { # name of the row
  local start
  start=$(date +%s.%N)
  compose up --detach --no-build >"$WORK/up" 2>&1 || { cat "$WORK/up" >&2; die "compose up failed"; }
  wait_healthy "${DATABASES[@]}" "${SERVICES[@]}"
  row "$1" "$(seconds_since "$start")"
}

for argument in "$@"; do
  case $argument in
    --cold) CACHE=(--no-cache) ;;
    --release) PROFILE=release ;;
    *) die "unknown option: $argument" ;;
  esac
done
start_engine
choose_client
choose_compose
check_ports 3001 3002 3003 27017 27018 27019
copy_project
base_images
build_images
for service in "${SERVICES[@]}"; do check_image "$service"; done

database_image
report_stand_ins
status "starting docker-compose.yml"
start_all "compose up until all six are healthy, new volumes"
for service in "${SERVICES[@]}"; do check_container "$service"; done
status "placing an order through the published ports"
order=$(shop place)
check_database mongodb-user userdb users
check_database mongodb-product productdb products
check_database mongodb-order orderdb orders

for service in "${SERVICES[@]}"; do check_service_restarts "$service"; done
for database in "${DATABASES[@]}"; do check_database_restarts "$database" "${database/mongodb-/}-service"; done
status "restarting everything on the same volumes"
compose down >/dev/null 2>&1
start_all "compose up until all six are healthy, old volumes"
shop read "$order" >/dev/null
shop place >/dev/null
check_restore

printf '\n'
printf '%s\n' "${TABLE[@]}"
report_stand_ins
status "all checks passed"
