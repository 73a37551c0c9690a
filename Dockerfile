# syntax=docker/dockerfile:1.7
# One file for the three services:
#   docker build --build-arg SERVICE=user-service --tag user-service .

ARG RUST_VERSION=1.95
ARG DEBIAN=bookworm

FROM rust:${RUST_VERSION}-${DEBIAN} AS build
ARG SERVICE
WORKDIR /src
COPY . .
# Dependencies and half-built crates stay in the caches: a change of a service's
# source compiles that service alone.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    test -n "${SERVICE}" \
    && cargo build --release --locked --package "${SERVICE}" \
    && install -D "target/release/${SERVICE}" /out/service

# No shell, no package manager; what a Rust program needs of glibc, and nothing else.
FROM gcr.io/distroless/cc-debian12:nonroot
ARG SERVICE
LABEL org.opencontainers.image.title="${SERVICE}" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0"
COPY --from=build /out/service /service
# By number, so that a cluster can see that it is not root.
USER 65532:65532
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["/service", "--health"]
ENTRYPOINT ["/service"]
