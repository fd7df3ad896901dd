# wasm-bindgen (exactly the version of Cargo.lock, or its output does not fit) and wasm-pack, each in a cache folder of
# its version. An equal one that is already on PATH is used instead.

wasm_bindgen_version=$(sed -n '/^name = "wasm-bindgen"$/{n;s/^version = "\(.*\)"$/\1/p;}' "$root/Cargo.lock")
wasm_pack_version=0.15.1
wasm_bindgen_bin=$cache/wasm-bindgen-$wasm_bindgen_version/bin
wasm_pack_bin=$cache/wasm-pack-$wasm_pack_version/bin

wasm_bindgen_ready() {
  [ -x "$wasm_bindgen_bin/wasm-bindgen" ] && return 0
  [ "$(wasm-bindgen --version 2>/dev/null)" = "wasm-bindgen $wasm_bindgen_version" ] &&
    command -v wasm-bindgen-test-runner >/dev/null
}

step_wasm_bindgen() {
  cargo_install wasm-bindgen-cli "$wasm_bindgen_version" "${wasm_bindgen_bin%/bin}"
}

wasm_pack_ready() {
  local version
  [ -x "$wasm_pack_bin/wasm-pack" ] && return 0
  version=$(wasm-pack --version 2>/dev/null) || return 1
  printf '%s\n%s\n' "$wasm_pack_version" "${version#wasm-pack }" | sort -V -C
}

step_wasm_pack() {
  cargo_install wasm-pack "$wasm_pack_version" "${wasm_pack_bin%/bin}"
}

# Compiles a tool into a folder that appears only when it is whole. These tools run for a second at a time, so they are
# compiled quickly rather than to run quickly: a third of the time, and the module builds no slower.
# Without --locked: the lock file of such a tool may name a version that a registry mirror no longer has.
cargo_install() {
  local crate=$1 version=$2 folder=$3 new=$3.new
  rm -rf "$new"
  logged env PATH="$(rust_path)" \
    CARGO_TARGET_DIR="$cache/tools-build" CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
    CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_DEBUG=0 CARGO_PROFILE_RELEASE_STRIP=symbols \
    cargo install "$crate" --version "$version" --root "$new" --no-track &&
    rm -rf "$folder" && mv "$new" "$folder" && return 0
  missing "$crate $version" "cargo install $crate --version $version"
  return 1
}

# PATH with the compiler that was chosen in front.
rust_path() {
  if [ "$(cat "$cache/rust-choice" 2>/dev/null)" = debian ]; then printf '%s:%s' "$cache/debian-rust/bin" "$PATH"; else printf '%s' "$PATH"; fi
}
