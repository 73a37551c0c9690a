# The commands of `cargo dev`, and a few more. Run `just` without arguments to list them.

[private]
default:
    @just --list

# Start a database and the services, place an order, keep running until Ctrl-C
up *ARGS:
    cargo dev up {{ARGS}}

# Start a database and the services, place an order, exit
demo *ARGS:
    cargo dev demo {{ARGS}}

# Run all tests
test *ARGS:
    cargo dev test {{ARGS}}

# Build the kustomizations and validate the manifests; check docker-compose.yml
k8s-check:
    cargo test --package system-suite --test suite deployment

# Fuzz every endpoint against its spec with Schemathesis
fuzz *ARGS:
    cargo dev fuzz {{ARGS}}

# Benchmark the system and compare with the baseline (more modes: `just bench --help`)
bench *ARGS:
    cargo dev bench {{ARGS}}

# Run hostile clients against the services and check their limits (--short: debug builds, a minute or two)
attack *ARGS:
    cargo dev attack {{ARGS}}

# Change a crate's code in small ways, and list the changes that its tests miss (needs cargo-mutants and jq)
mutants PACKAGE *ARGS:
    tests/mutants/check.sh {{PACKAGE}} {{ARGS}}

# Check formatting, Clippy lints and rustdoc
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps

# Lint the specs and test them with generators, validators and mock servers (needs Node.js)
lint-specs:
    tests/specs/check.sh

# Format all code
fmt:
    cargo fmt --all

# Run only the user service (needs a database, e.g. `just db`)
run-user:
    MONGO_URI=${MONGO_URI:-mongodb://localhost:27017/userdb} cargo run --package user-service

# Run only the product service (needs a database, e.g. `just db`)
run-product:
    MONGO_URI=${MONGO_URI:-mongodb://localhost:27017/productdb} cargo run --package product-service

# Run only the order service (needs a database and the other services)
run-order:
    MONGO_URI=${MONGO_URI:-mongodb://localhost:27017/orderdb} cargo run --package order-service

# Start only the development database, on port 27017
db:
    cargo dev db start

# Build and install the fast development database
db-install:
    cargo dev db install

# Build and start everything in containers, with generated secrets in .env; wait until healthy
compose-up:
    #!/usr/bin/env bash
    set -euo pipefail
    compose=(docker compose)
    "${compose[@]}" version >/dev/null 2>&1 || compose=(docker-compose)
    secret() { od -An -tx1 -N"$1" /dev/urandom | tr -d ' \n'; }
    # An Ed25519 key in PKCS#8 is a fixed prefix and 32 random bytes.
    pkcs8() { printf '\60\56\2\1\0\60\5\6\3\53\145\160\4\42\4\40' && head -c 32 /dev/urandom; }
    signing_key() { printf '%s\\n' '-----BEGIN PRIVATE KEY-----' "$(pkcs8 | base64)" '-----END PRIVATE KEY-----'; }
    project=$(basename "$PWD" | tr '[:upper:]' '[:lower:]' | tr -cd 'a-z0-9_-')
    old=$(docker volume ls --quiet --filter "label=com.docker.compose.project=$project")
    if [[ -e .env ]]; then
        echo "secrets: from .env"
    elif [[ -n $old ]]; then
        echo "secrets: not generated, because databases with another password exist; \`just compose-down --volumes\` deletes them"
    else
        (umask 077 && printf "MONGO_PASSWORD=%s\nJWT_SIGNING_KEY='%s'\nSERVICE_KEY=%s\n" "$(secret 16)" "$(signing_key)" "$(secret 32)" >.env)
        echo "secrets: generated in .env"
    fi
    "${compose[@]}" up --build --detach
    # The order service starts last, because it depends on all others.
    for _ in {1..240}; do
        health=$(docker inspect --format '{{{{.State.Health.Status}}' "$("${compose[@]}" ps --quiet order-service)")
        [[ $health == starting ]] || break
        sleep 0.5
    done
    if [[ $health != healthy ]]; then
        "${compose[@]}" ps
        echo "order-service is $health; its log says why: ${compose[*]} logs order-service" >&2
        exit 1
    fi
    for service in user:3001 product:3002 order:3003; do
        echo "${service%:*} service: http://localhost:${service#*:}/docs"
    done

# Stop and remove the containers (--volumes: also their data)
compose-down *ARGS:
    #!/usr/bin/env bash
    set -euo pipefail
    docker compose version >/dev/null 2>&1 && exec docker compose down {{ARGS}}
    exec docker-compose down {{ARGS}}

# Build the images and test them on a container engine (--cold: no cache, --release: optimised)
images-check *ARGS:
    tests/images/check.sh {{ARGS}}

# Deploy on a cluster of kind or k3d, roll out under load, delete every pod
kind-check:
    tests/kind/check.sh

# Remove build artefacts and the development database with its data
clean:
    cargo clean
    rm -rf .dev
