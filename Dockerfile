# One file for the three services:
#   docker build --build-arg SERVICE=user-service --tag user-service .
#
# A layer is made anew only if what it is made from has changed: the libraries of others with
# Cargo.lock and the manifests, our own with openapi/ and clients/, a service with its source. The
# layers need no cache mounts, so every builder and every registry cache can keep them; all but the
# last are the same for the three services.
#
# PROFILE is `release`, or for development `quick`: without the optimisation of the linked whole, which
# takes minutes whatever has changed. docker-compose.yml builds with it.
#
# Both bases can be given by digest, or from a mirror:
#   --build-arg RUST=… --build-arg RUNTIME=…

ARG RUST=rust:1.95-slim-bookworm
# No shell, no package manager: glibc, certificates, time zones. Its glibc must not be older than that
# of the builder: both are Debian 12.
ARG RUNTIME=gcr.io/distroless/base-nossl-debian12:nonroot

FROM ${RUST} AS toolchain
ARG PROFILE=release
WORKDIR /src
# All services in one go, for every layer: cargo joins what they want of a dependency, and so
# builds it once. The two services that are not asked for stay empty.
ENV PROFILE=${PROFILE} \
    BUILD="cargo build --profile ${PROFILE} --locked -p user-service -p product-service -p order-service"

# The manifests, and an empty program for each crate.
FROM toolchain AS manifests
COPY . .
RUN find . -type f ! -name Cargo.toml ! -name Cargo.lock ! -path './.cargo/*' \
      ! -name main.rs ! -name lib.rs ! -name build.rs -delete \
    && find . -type d -empty -delete \
    && find . -name '*.rs' -exec sed -i -e '1c fn main() { }' -e '2,$d' {} +

FROM toolchain AS dependencies
COPY --from=manifests /src .
RUN ${BUILD}

# New times, here and below: cargo must not take a source that is older than the empty program for
# built.
FROM dependencies AS libraries
COPY openapi openapi
COPY clients clients
RUN find openapi clients -name '*.rs' -exec touch {} + \
    && ${BUILD}

# The source of one service: a change of another does not count.
FROM toolchain AS source
ARG SERVICE
COPY services services
RUN test -d "services/${SERVICE%-service}" \
    || { echo "SERVICE must be user-service, product-service or order-service, not '${SERVICE}'" >&2; exit 1; } \
    && find services -mindepth 1 -maxdepth 1 ! -name "${SERVICE%-service}" -exec rm -r {} +

FROM libraries AS build
ARG SERVICE
COPY --from=source /src/services services
RUN find "services/${SERVICE%-service}" -name '*.rs' -exec touch {} + \
    && ${BUILD} \
    && install -D "target/${PROFILE}/${SERVICE}" /out/service
# The one library besides glibc; distroless/cc has it too, with 8 MB that nobody needs.
RUN install -D --mode 644 /lib/*/libgcc_s.so.1 /out/usr/lib/libgcc_s.so.1

FROM ${RUNTIME}
COPY --from=build /out /
# By number, so that a cluster can see that it is not root.
USER 65532:65532
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["/service", "--health"]
ENTRYPOINT ["/service"]
# The same input makes the same labels. Who wants the time of the build in them adds it:
#   docker build --label org.opencontainers.image.created=…
ARG SERVICE
ARG VERSION=unreleased
ARG REVISION=unknown
ARG SOURCE=unknown
LABEL org.opencontainers.image.title="${SERVICE}" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.source="${SOURCE}" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0"
