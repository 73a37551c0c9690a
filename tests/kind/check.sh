#!/usr/bin/env bash
# Deploys kustomize/overlays/dev on a new cluster, and breaks it:
#
#   - builds the images, loads them, applies the overlay and places an order;
#   - rolls every deployment out again under load, and fails if a request is lost;
#   - deletes every pod, and reads the order again.
#
# It needs Docker, kubectl, python3, and kind or k3d. Without them the exit status is 77. The
# cluster is deleted at the end, and the user's kubeconfig is not touched.
set -euo pipefail

ROOT=$(cd "$(dirname "$0")/../.." && pwd)
WORK=$(mktemp -d)
export KUBECONFIG=$WORK/kubeconfig
readonly CLUSTER=product-order-system-check
readonly NAMESPACE=product-order-system
readonly SERVICES=(user-service product-service order-service)
# The image in which the load runs; the databases use it too.
MONGO=$(sed -n 's/^ *image: \(mongo:.*\)/\1/p' "$ROOT/docker-compose.yml")
readonly WORKERS=4
# The exit status if there is no cluster.
readonly NO_CLUSTER=77
TOOL=
FORWARDS=()

status() { printf '==> %s\n' "$*"; }
die() { printf 'kind-check: %s\n' "$*" >&2; exit 1; }
skip() { printf 'kind-check: NOT CHECKED: %s\n' "$*" >&2; exit "$NO_CLUSTER"; }
shop() { python3 "$ROOT/tests/images/shop.py" "$@"; }
kube() { kubectl --namespace "$NAMESPACE" "$@"; }

choose_tool() {
  local tool found=
  for tool in k3d kind; do ! command -v "$tool" >/dev/null || found=$tool; done
  [[ -n $found ]] || skip "there is neither kind nor k3d on the PATH (https://kind.sigs.k8s.io)"
  for tool in docker kubectl python3; do
    command -v "$tool" >/dev/null || skip "there is no $tool on the PATH"
  done
  docker info >/dev/null 2>&1 || skip "Docker is not running"
  TOOL=$found
}

stop_forwards() {
  [[ ${#FORWARDS[@]} -gt 0 ]] || return 0
  kill "${FORWARDS[@]}" 2>/dev/null || true
  wait "${FORWARDS[@]}" 2>/dev/null || true
  FORWARDS=()
}

tear_down() {
  local result=$?
  stop_forwards
  if [[ -s $KUBECONFIG && $result -ne 0 ]]; then
    kube get pods --output wide >&2 || true
    kube get events --sort-by .lastTimestamp 2>/dev/null | tail -n 20 >&2 || true
  fi
  case $TOOL in
    kind) kind delete cluster --name "$CLUSTER" >/dev/null 2>&1 || true ;;
    k3d) k3d cluster delete "$CLUSTER" >/dev/null 2>&1 || true ;;
  esac
  rm -rf "$WORK"
}

create_cluster() {
  status "creating a cluster with $TOOL"
  if [[ $TOOL == kind ]]; then
    kind create cluster --name "$CLUSTER" --kubeconfig "$KUBECONFIG" --wait 5m --quiet
  else
    k3d cluster create "$CLUSTER" --wait --timeout 5m --kubeconfig-update-default=false \
      --k3s-arg '--disable=traefik@server:0' >/dev/null
    k3d kubeconfig get "$CLUSTER" >"$KUBECONFIG"
  fi
}

build_and_load() {
  status "building the images"
  local service
  for service in "${SERVICES[@]}"; do
    docker build --quiet --build-arg "SERVICE=$service" --build-arg PROFILE=quick --tag "$service" "$ROOT" >/dev/null
  done
  status "loading the images"
  if [[ $TOOL == kind ]]; then
    kind load docker-image --name "$CLUSTER" "${SERVICES[@]}"
  else
    k3d image import --cluster "$CLUSTER" "${SERVICES[@]}"
  fi
}

wait_ready() {
  kube rollout status statefulset --timeout 10m >/dev/null
  kube rollout status deployment --timeout 5m >/dev/null
}

is_open() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Publishes the services on this machine, on the ports that shop.py uses.
forward() {
  local pair port tries
  stop_forwards
  for pair in user-service:3001 product-service:3002 order-service:3003; do
    port=${pair#*:}
    ! is_open "$port" || die "port $port is in use; stop the program that uses it"
    # Not `kube`: its process would be a shell, whose end leaves kubectl running.
    kubectl --namespace "$NAMESPACE" port-forward "service/${pair%:*}" "$port" >/dev/null &
    FORWARDS+=("$!")
    for ((tries = 0; tries < 100; tries++)); do
      ! is_open "$port" || continue 2
      sleep 0.2
    done
    die "${pair%:*} cannot be reached through kubectl port-forward"
  done
}

roll_under_load() { # order
  local service ids sent lost
  # Another user than the order's, which must stay the only one of its user.
  read -ra ids <<<"$(shop load) $1"
  kubectl --namespace default run load --image "$MONGO" --restart Never --command -- \
    bash -c "$(cat "$ROOT/tests/kind/load.sh")" load.sh /tmp/stop "$WORKERS" "${ids[@]}" >/dev/null
  kubectl --namespace default wait pod/load --for condition=Ready --timeout 5m >/dev/null
  for service in "${SERVICES[@]}"; do
    status "rolling $service out under load"
    kube rollout restart "deployment/$service" >/dev/null
    kube rollout status "deployment/$service" --timeout 5m >/dev/null
    # The old pod serves on for ten seconds, until it has left all endpoints, and then ends.
    sleep 15
  done
  kubectl --namespace default exec load -- touch /tmp/stop
  kubectl --namespace default wait pod/load --for jsonpath='{.status.phase}'=Succeeded --timeout 2m >/dev/null
  kubectl --namespace default logs load >"$WORK/load"
  sent=$(awk '/^worker:/ { sum += $2 } END { print sum + 0 }' "$WORK/load")
  lost=$(awk '/^worker:/ { sum += $4 } END { print sum + 0 }' "$WORK/load")
  status "$sent requests sent, $lost lost"
  ((sent > 0)) || die "the load has sent nothing: $(tail -n 5 "$WORK/load")"
  ((lost == 0)) || die "rolling out lost $lost of $sent requests: $(grep lost: "$WORK/load" | head -n 5)"
}

trap tear_down EXIT
trap 'exit 130' INT TERM
choose_tool
create_cluster
build_and_load
status "applying kustomize/overlays/dev"
kubectl apply --kustomize "$ROOT/kustomize/overlays/dev" >/dev/null
wait_ready
forward
status "placing an order"
order=$(shop place)
roll_under_load "$order"
status "deleting every pod"
kube delete pod --all --wait >/dev/null
wait_ready
forward
shop read "$order" >/dev/null
shop place >/dev/null
status "all checks passed"
