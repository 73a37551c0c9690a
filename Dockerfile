# Builds the image of any of the three services:
#   docker build --build-arg SERVICE=user-service --tag user-service .
#
# Layers are ordered by how often they change: third-party dependencies are rebuilt when Cargo.lock
# or a manifest changes, the workspace's libraries when openapi/ or clients/ change, a service when
# its own source changes. All layers but the last are shared by the three services. None needs a
# cache mount, so any builder and any registry cache can store them.
#
# PROFILE is `release`, or `quick` for development, which docker-compose.yml uses: it skips the
# link-time optimisation that takes minutes after every change.
#
# Either base image can be pinned by digest or pulled from a mirror:
#   --build-arg RUST=… --build-arg RUNTIME=…
#
# It builds for the platform of the builder, amd64 or arm64. .github/workflows/release.yml builds
# each on a machine of that kind, since compiling under emulation takes hours.

ARG RUST=rust:1.95-slim-trixie
# Contains glibc, CA certificates and time zones, but no shell and no package manager. Its glibc
# must not be older than the builder's; both are Debian 13 (trixie).
ARG RUNTIME=gcr.io/distroless/base-nossl-debian13:nonroot

# With `docker build --sbom=true`, the list of contents includes the crates in Cargo.lock.
ARG BUILDKIT_SBOM_SCAN_CONTEXT=true

FROM ${RUST} AS toolchain
ARG PROFILE=release
WORKDIR /src
# Every layer builds all three services in one cargo invocation, so that cargo unifies the features
# of shared dependencies and compiles each once. Services that are not requested stay empty stubs.
ENV PROFILE=${PROFILE} \
    BUILD="cargo build --profile ${PROFILE} --locked -p user-service -p product-service -p order-service"

# The manifests, with an empty stub in place of each crate's source.
FROM toolchain AS manifests
COPY . .
RUN find . -type f ! -name Cargo.toml ! -name Cargo.lock ! -path './.cargo/*' \
      ! -name main.rs ! -name lib.rs ! -name build.rs -delete \
    && find . -type d -empty -delete \
    && find . -name '*.rs' -exec sed -i -e '1c fn main() { }' -e '2,$d' {} +

FROM toolchain AS dependencies
COPY --from=manifests /src .
RUN ${BUILD}

# Here and below, `touch` makes the copied sources newer than the stubs: cargo compares modification
# times and would otherwise consider them already built.
FROM dependencies AS libraries
COPY openapi openapi
COPY clients clients
RUN find openapi clients -name '*.rs' -exec touch {} + \
    && ${BUILD}

# The source of one service only, so that changing another does not invalidate the build layer.
FROM toolchain AS source
ARG SERVICE
COPY services services
RUN test -d "services/${SERVICE%-service}" \
    || { echo "invalid SERVICE '${SERVICE}'; expected user-service, product-service or order-service" >&2; exit 1; } \
    && find services -mindepth 1 -maxdepth 1 ! -name "${SERVICE%-service}" -exec rm -r {} +

FROM libraries AS build
ARG SERVICE
COPY --from=source /src/services services
RUN find "services/${SERVICE%-service}" -name '*.rs' -exec touch {} + \
    && ${BUILD} \
    && install -D "target/${PROFILE}/${SERVICE}" /out/service
# The only shared library needed besides glibc. distroless/cc contains it too, but adds 8 MB of
# unused files.
RUN install -D --mode 644 /lib/*/libgcc_s.so.1 /out/usr/lib/libgcc_s.so.1

FROM ${RUNTIME}
COPY --from=build /out /
# A numeric user lets Kubernetes verify `runAsNonRoot`.
USER 65532:65532
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["/service", "--health"]
ENTRYPOINT ["/service"]
# Labels depend on build arguments only, so the same input yields the same labels. To record the
# build time, add it on the command line:
#   docker build --label org.opencontainers.image.created=…
ARG SERVICE
ARG RUNTIME
ARG VERSION=unreleased
ARG REVISION=unknown
ARG SOURCE=unknown
LABEL org.opencontainers.image.title="${SERVICE}" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.source="${SOURCE}" \
      org.opencontainers.image.base.name="${RUNTIME}" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0"
