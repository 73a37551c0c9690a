# The same commands as `cargo dev`, and a few more. `just` alone lists them.

[private]
default:
    @just --list

# Start a database and the services, place an order, stay up until Ctrl-C
up *ARGS:
    cargo dev up {{ARGS}}

# Start a database and the services, place an order, stop
demo *ARGS:
    cargo dev demo {{ARGS}}

# Run every test there is
test *ARGS:
    cargo dev test {{ARGS}}

# Fuzz every endpoint against its spec with schemathesis
fuzz *ARGS:
    cargo dev fuzz {{ARGS}}

# Measure the system and compare with the baseline; `just bench growth`, `just bench overload`
bench *ARGS:
    cargo dev bench {{ARGS}}

# Check formatting, clippy's lints and the documentation
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps

# Lint the specs with redocly and spectral (needs npx)
lint-specs:
    cd openapi && npx --yes @redocly/cli@2 lint user-service.yaml product-service.yaml order-service.yaml
    cd openapi && npx --yes @stoplight/spectral-cli@6 lint --fail-severity=warn '*-service.yaml'

# Format all code
fmt:
    cargo fmt --all

# Run the user service alone; needs a database, such as `just db`
run-user:
    ENVIRONMENT=${ENVIRONMENT:-development} MONGO_URI=${MONGO_URI:-mongodb://localhost:27017/userdb} cargo run --package user-service

# Run the product service alone; needs a database, such as `just db`
run-product:
    MONGO_URI=${MONGO_URI:-mongodb://localhost:27017/productdb} cargo run --package product-service

# Run the order service alone; needs a database and the other services
run-order:
    MONGO_URI=${MONGO_URI:-mongodb://localhost:27017/orderdb} cargo run --package order-service

# Start the development database alone on port 27017
db:
    cargo dev db start

# Build the fast development database, once
db-install:
    cargo dev db install

# Remove what was built, and the development database with its data
clean:
    cargo clean
    rm -rf .dev
