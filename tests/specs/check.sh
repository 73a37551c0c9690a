#!/usr/bin/env bash
# Lints the specs, and checks that they work with common OpenAPI tools: generators of TypeScript and
# Python, Express, Prism, Dredd. The exit status is 77 if the machine lacks a tool.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
tools=${DEV_HOME:-$root/.dev}/specs
services=(user product order)

step() { echo "==> $*"; }
spec() { echo "$root/openapi/$1-service.yaml"; }

# Waits for a job, and shows its output from a file if it fails.
finish() {
    wait "$1" || { cat "$2" >&2; exit 1; }
}

missing() {
    echo "specs not checked: $1 is missing; install $2" >&2
    exit 77
}
command -v node >/dev/null && command -v npm >/dev/null ||
    missing "Node.js 20 or newer with npm" \
        "it from https://nodejs.org (Debian: apt-get install nodejs npm)"
node -e 'process.exit(+(process.versions.node.split(".")[0] < 20))' ||
    missing "Node.js 20 or newer" "it from https://nodejs.org; $(node --version) is older"
python3 -m venv --help >/dev/null 2>&1 ||
    missing "Python with venv" "it (Debian: apt-get install python3 python3-venv)"

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

# Both are reinstalled when their list changes.
install_node() {
    if ! cmp -s "$here/package-lock.json" "$here/node_modules/.installed"; then
        cd "$here"
        npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
        cp package-lock.json node_modules/.installed
    fi
}
install_python() {
    if ! cmp -s "$here/requirements.txt" "$tools/venv/.installed"; then
        rm -rf "$tools/venv"
        python3 -m venv "$tools/venv"
        "$tools/venv/bin/pip" install --quiet --disable-pip-version-check --only-binary=:all: \
            --requirement "$here/requirements.txt"
        cp "$here/requirements.txt" "$tools/venv/.installed"
    fi
}

lint() {
    local specs=()
    for service in "${services[@]}"; do specs+=("$service-service.yaml"); done
    cd "$root/openapi"
    redocly lint "${specs[@]}"
    spectral lint --fail-severity=hint "${specs[@]}"
}

generate() {
    local service=$1 to=$out/generated/$1
    mkdir -p "$to"
    openapi-typescript "$(spec "$service")" --output "$to/openapi-typescript.ts"
    openapi-ts --input "$(spec "$service")" --output "$to/hey-api" --no-log-file
    orval --input "$(spec "$service")" --output "$to/orval.ts" --client fetch
    openapi-python-client generate --path "$(spec "$service")" --output-path "$to/python" \
        --fail-on-warning
    openapi-generator-cli generate --input-spec "$(spec "$service")" \
        --output "$to/openapi-generator" --generator-name typescript-fetch
}

# Compiles the generated types and code that uses them.
compile() {
    cp "$here/use.ts" "$here/tsconfig.json" "$out/generated/"
    tsc --project "$out/generated"
    python3 -m compileall -q "$out"/generated/*/python
}

check() {
    generate "$1"
    node "$here/express.mjs" "$1" "$(spec "$1")"
    node "$here/prism.mjs" "$1" "$(spec "$1")"
}

step "installing missing tools"
mkdir -p "$tools"
install_node >"$out/node.log" 2>&1 & node=$!
install_python >"$out/python.log" 2>&1 & python=$!
finish "$node" "$out/node.log"
finish "$python" "$out/python.log"
export PATH=$here/node_modules/.bin:$tools/venv/bin:$PATH
export REDOCLY_TELEMETRY=off

step "redocly, spectral"
lint >"$out/lint.log" 2>&1 &
finish $! "$out/lint.log"

step "openapi-typescript, hey-api, orval, openapi-python-client, openapi-generator," \
    "express-openapi-validator, prism, dredd"
declare -A jobs
for service in "${services[@]}"; do
    check "$service" >"$out/$service.log" 2>&1 & jobs[$service]=$!
done
for service in "${services[@]}"; do
    finish "${jobs[$service]}" "$out/$service.log"
    echo "$service service: $(tail -1 "$out/$service.log")"
done

step "compiling the generated code"
compile >"$out/compile.log" 2>&1 &
finish $! "$out/compile.log"
