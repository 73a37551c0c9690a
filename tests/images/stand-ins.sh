# shellcheck shell=bash
# Local substitutes for the base images, with the same names, for machines without access to a
# registry. With them the same Dockerfile builds the images and the same compose file runs them, on
# Debian packages and on the toolchain and the development database of this machine.
#
# Sourced by check.sh, which defines `status`, `die` and `need`.

# The label of every substitute, with its origin, so that it is not mistaken for the real image.
readonly STAND_IN=product-order-system.stand-in
# gcc and libc6-dev as in rust:…-slim; Python for the substitute of mongosh; the rest for distroless.
readonly PACKAGES=ca-certificates,gcc,libc6-dev,netbase,python3-pymongo,tzdata

# Provides a base image: an existing one, one from the registry, or a substitute.
base_image() { # image, function that makes a substitute, its origin
  local made=nothing
  # The minimal Debian of which substitutes are made.
  BASE=stand-in/debian:$DEBIAN
  if docker image inspect "$1" >/dev/null 2>&1; then
    made=$(docker image inspect --format "{{index .Config.Labels \"$STAND_IN\"}}" "$1")
    [[ -n $made ]] || return 0
  else
    status "pulling $1"
    ! timeout 900 docker pull --quiet "$1" >/dev/null 2>"$WORK/pull" || return 0
    status "pull failed: $(tail -n 1 "$WORK/pull")"
  fi
  # An existing substitute is reused if its origin is the same.
  if [[ $made != "$3" ]]; then
    status "making a substitute for $1: $3"
    debian_folder
    debian_image
    "$2" "$1" "$3"
  fi
  STAND_INS+=("$1")
}

report_stand_ins() {
  [[ ${#STAND_INS[@]} -gt 0 ]] || return 0
  printf '\n!!  These base images are SUBSTITUTES, made on this machine under the names of the real ones:\n'
  printf '!!    %s\n' "${STAND_INS[@]}"
  printf '!!  The checks hold for the Dockerfile and the compose file with them, not with the real images.\n\n'
}

# Removes the substitutes from an engine that other programs use.
remove_stand_ins() {
  [[ ${#STAND_INS[@]} -eq 0 ]] || docker image rm --force "${STAND_INS[@]}" "$BASE" >/dev/null 2>&1 || true
}

# Makes a minimal Debian in a folder, of the release of the Dockerfile's base.
debian_folder() {
  FOLDER=$DEV_HOME/stand-ins/$DEBIAN
  [[ ! -e $FOLDER.done ]] || return 0
  [[ $(id -u) -eq 0 ]] || die "a substitute needs debootstrap, which needs root"
  need debootstrap debootstrap
  local mirror
  # The mirror that apt uses on this machine, which has the other releases too.
  mirror=$(apt-get indextargets --format '$(REPO_URI) $(CODENAME) $(COMPONENT)' 'Identifier: Packages' \
    | awk '$1 ~ /\/debian\/?$/ && $2 ~ /^[a-z]+$/ && $3 == "main" { print $1; exit }' || true)
  status "making a Debian $DEBIAN with debootstrap, once"
  rm -rf "$FOLDER"
  mkdir -p "$FOLDER"
  debootstrap --variant=minbase --include="$PACKAGES" "$DEBIAN" "$FOLDER" ${mirror:+"$mirror"} \
    >"$WORK/debootstrap" 2>&1 || { tail -n 5 "$WORK/debootstrap" >&2; die "debootstrap failed"; }
  rm -rf "$FOLDER"/var/cache/apt/archives/*.deb "$FOLDER"/var/lib/apt/lists/*
  touch "$FOLDER.done"
}

debian_image() {
  ! docker image inspect "$BASE" >/dev/null 2>&1 || return 0
  tar --create --directory "$FOLDER" --one-file-system . \
    | docker import --change "LABEL $STAND_IN=Debian" - "$BASE" >/dev/null
}

# The toolchain of this machine and the crates that its cargo has downloaded, so that cargo in the
# container downloads only missing crates, with the same configuration.
make_rust() { # image, its origin
  local context=$WORK/rust sysroot host cargo_home=${CARGO_HOME:-$HOME/.cargo}
  sysroot=$(rustc --print sysroot)
  host=$(rustc --version --verbose | sed -n 's/^host: //p')
  mkdir -p "$context"/rust/{bin,lib/rustlib} "$context"/cargo/registry "$context/ca-certificates"
  cp "$sysroot"/bin/{cargo,rustc} "$context/rust/bin/"
  cp "$sysroot"/lib/*.so* "$context/rust/lib/"
  cp -R "$sysroot/lib/rustlib/$host" "$context/rust/lib/rustlib/"
  cp "$cargo_home/config.toml" "$context/cargo/" 2>/dev/null || true
  cp -R "$cargo_home"/registry/{index,cache} "$context/cargo/registry/" 2>/dev/null || true
  cp /etc/ssl/certs/ca-certificates.crt "$context/ca-certificates/" 2>/dev/null || true
  docker build --quiet --tag "$1" --file - "$context" >/dev/null <<DOCKERFILE
FROM $BASE
LABEL $STAND_IN="$2"
COPY rust /usr/local/rust
COPY cargo /usr/local/cargo
COPY ca-certificates /etc/ssl/certs
ENV PATH=/usr/local/rust/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    CARGO_HOME=/usr/local/cargo
DOCKERFILE
  rm -rf "$context"
}

# The files of the packages in the real image, and its user.
make_distroless() { # image, its origin
  local files=$WORK/distroless.files root=$WORK/distroless package file
  for package in base-files netbase tzdata libc6; do
    dpkg-query --admindir "$FOLDER/var/lib/dpkg" --listfiles "$package" 2>/dev/null \
      || dpkg-query --admindir "$FOLDER/var/lib/dpkg" --listfiles "$package:$(dpkg --print-architecture)" 2>/dev/null \
      || true
  done >"$files"
  echo /etc/ssl/certs/ca-certificates.crt >>"$files"
  mkdir -p "$root/etc" "$root/home/nonroot"
  grep -vE '^/usr/share/(doc|man|locale|lintian|base-files)/|^/etc/ssl/certs/java' "$files" \
    | while read -r file; do
        # Links to folders, such as /lib64, are how Debian finds what it has moved to /usr.
        [[ -f $FOLDER$file || -L $FOLDER$file ]] && echo "${file#/}"
      done \
    | tar --create --directory "$FOLDER" --files-from - | tar --extract --directory "$root"
  printf 'root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n' >"$root/etc/passwd"
  printf 'root:x:0:\nnonroot:x:65532:\n' >"$root/etc/group"
  mkdir -p "$root/tmp" && chmod 1777 "$root/tmp"
  chown -R 65532:65532 "$root/home/nonroot"
  tar --create --directory "$root" . \
    | docker import --change "LABEL $STAND_IN=\"$2\"" --change 'USER 65532' - "$1" >/dev/null
  rm -rf "$root"
}

# SecantusDB, which speaks MongoDB's protocol, with a root user like the real image.
make_mongo() { # image, its origin
  local context=$WORK/mongo
  mkdir -p "$context"
  cp "$(database_server)" "$ROOT"/tests/images/mongo/* "$context/"
  docker build --quiet --tag "$1" --file - "$context" >/dev/null <<DOCKERFILE
FROM $BASE
LABEL $STAND_IN="$2"
COPY secantusd-rs mongosh mongodump mongorestore entrypoint /usr/local/bin/
VOLUME /data/db
EXPOSE 27017
ENTRYPOINT ["/usr/local/bin/entrypoint"]
DOCKERFILE
}

database_server() {
  local server
  server=$(command -v secantusd-rs || echo "$DEV_HOME/tools/bin/secantusd-rs")
  [[ -x $server ]] || (cd "$ROOT" && cargo dev db install) >&2
  echo "$server"
}
