# shellcheck shell=bash
# Local stand-ins for the base images, under the names of these, where no registry can be reached:
# the services' images are then built by the same Dockerfile, and run in the same compose file, on
# Debian packages and on the toolchain and the development database of this machine.
#
# Sourced by check.sh, which says what `say`, `die` and `need` are.

# On every stand-in, so that nobody takes one for the real thing: what it was made from.
readonly STAND_IN=product-order-system.stand-in
readonly BASE=stand-in/debian
# gcc and libc6-dev as in rust:…-slim; Python for the stand-in of mongosh; the rest for distroless.
readonly PACKAGES=ca-certificates,gcc,libc6-dev,netbase,python3-pymongo,tzdata

# Gets a base image: it is there, or comes from its registry, or has to be made.
base_image() { # image, function that makes it, what that makes it from
  local made=nothing
  if docker image inspect "$1" >/dev/null 2>&1; then
    made=$(docker image inspect --format "{{index .Config.Labels \"$STAND_IN\"}}" "$1")
    [[ -n $made ]] || return 0
  else
    say "asking the registry for $1"
    ! timeout 900 docker pull --quiet "$1" >/dev/null 2>"$WORK/pull" || return 0
    say "it cannot be had: $(tail -n 1 "$WORK/pull")"
  fi
  # One of before serves as long as it would be made from the same.
  if [[ $made != "$3" ]]; then
    say "making a stand-in for $1: $3"
    debian_folder
    debian_image
    "$2" "$1" "$3"
  fi
  STAND_INS+=("$1")
}

say_stand_ins() {
  [[ ${#STAND_INS[@]} -gt 0 ]] || return 0
  printf '\n!!  These base images are STAND-INS, made on this machine under the names of the real ones:\n'
  printf '!!    %s\n' "${STAND_INS[@]}"
  printf '!!  What follows holds for the Dockerfile and the compose file on them, not on the real images.\n\n'
}

# On an engine that is not ours nothing may be left under such a name.
remove_stand_ins() {
  [[ ${#STAND_INS[@]} -eq 0 ]] || docker image rm --force "${STAND_INS[@]}" "$BASE" >/dev/null 2>&1 || true
}

# A small Debian in a folder, of the release that the Dockerfile's base has.
debian_folder() {
  FOLDER=$DEV_HOME/stand-ins/$DEBIAN
  [[ ! -e $FOLDER.done ]] || return 0
  [[ $(id -u) -eq 0 ]] || die "a stand-in needs debootstrap, and that needs root"
  need debootstrap debootstrap
  local mirror
  # From the mirror that this machine's apt uses for it.
  mirror=$(apt-get indextargets --format '$(REPO_URI) $(CODENAME) $(COMPONENT)' 'Identifier: Packages' \
    | awk -v release="$DEBIAN" '$2 == release && $3 == "main" { print $1; exit }' || true)
  say "making a Debian $DEBIAN by debootstrap, once"
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

# The toolchain of this machine, and what its cargo has downloaded: cargo in the container then asks
# the registry for what is missing only, and reaches it the way cargo here does.
make_rust() { # image, what it is made from
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

# The files of the packages that the real one is made from, and its user.
make_distroless() { # image, what it is made from
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
        [[ (-f $FOLDER$file || -L $FOLDER$file) && ! -d $FOLDER$file ]] && echo "${file#/}"
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

# SecantusDB, which speaks MongoDB's protocol, with a root user as the real image makes one.
make_mongo() { # image, what it is made from
  local context=$WORK/mongo
  mkdir -p "$context"
  cp "$(database_server)" "$ROOT"/tests/images/mongo/* "$context/"
  docker build --quiet --tag "$1" --file - "$context" >/dev/null <<DOCKERFILE
FROM $BASE
LABEL $STAND_IN="$2"
COPY secantusd-rs mongosh entrypoint /usr/local/bin/
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
