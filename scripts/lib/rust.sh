# The Rust compiler: which one builds this project, and its WebAssembly target.
#
# The ordinary way comes first: the Rust that is on PATH, with the target and the library source added by rustup. Where
# that cannot work (no Rust, too old, or rustup reaches no server), Debian's packages do it: see debian-rust.sh.
# What was chosen is kept in the cache folder, for env.sh: "path" or "debian".

rust_oldest=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' "$root/Cargo.toml")
wasm_target=wasm32-unknown-unknown
rust_choice_file=$cache/rust-choice
# A file beside a library for the target that was built here, with the identity of its compiler.
built_for=code-mesh-built-for

# True when the chosen compiler is new enough, compiles for the target, and has a linker for native programs.
rust_ready() {
  local choice
  [ -e "$rust_choice_file" ] || return 1
  choice=$(cat "$rust_choice_file")
  # The variable forces one way or the other; it exists to test both on one machine.
  [ "${CODE_MESH_RUST:-$choice}" = "$choice" ] || return 1
  command -v cc >/dev/null || return 1
  case $choice in
    path) rust_is_complete rustc && command -v cargo >/dev/null ;;
    debian) rust_is_complete "$debian_rust_bin/rustc" ;;
    *) return 1 ;;
  esac
}

step_rust() {
  local linker=yes
  ensure_c_linker || linker=no
  if [ "${CODE_MESH_RUST:-}" != debian ] && rust_from_path; then
    choose_rust path
  elif [ "${CODE_MESH_RUST:-}" != path ] && apt_allowed && step_debian_rust; then
    choose_rust debian
  else
    missing_rust
    return 1
  fi
  [ "$linker" = yes ]
}

# True when the compiler given is at least the version that Cargo.toml asks for.
rust_is_new_enough() {
  local version
  version=$("$1" --version 2>/dev/null) || return 1
  version=$(printf '%s' "$version" | cut -d' ' -f2 | cut -d- -f1)
  printf '%s\n%s\n' "$rust_oldest" "$version" | sort -V -C
}

# True when the compiler given is new enough and has a standard library for the target: its own, or one that was built
# here for exactly this version (a system upgrade may have replaced the compiler since).
rust_is_complete() {
  local folder
  rust_is_new_enough "$1" || return 1
  folder=$("$1" --print sysroot)/lib/rustlib/$wasm_target || return 1
  ls "$folder/lib/"libcore-*.rlib >/dev/null 2>&1 || return 1
  [ ! -e "$folder/$built_for" ] || [ "$(cat "$folder/$built_for")" = "$(rust_identity "$1")" ]
}

# One line that differs between any two compilers.
rust_identity() { "$1" -vV | tr '\n' ' '; }

rust_from_path() {
  command -v cargo >/dev/null && rust_is_new_enough rustc || return 1
  if command -v rustup >/dev/null; then
    rust_is_complete rustc || attempted rustup target add "$wasm_target" || return 1
    # The library source allows the smallest module (see module/wasm-module.mjs); the ordinary build works without it.
    [ -e "$(rustc --print sysroot)/lib/rustlib/src/rust/library/Cargo.toml" ] ||
      attempted rustup component add rust-src ||
      say "rustup cannot add rust-src: the module will be built the ordinary way, which is larger"
  fi
  rust_is_complete rustc
}

choose_rust() {
  printf '%s\n' "$1" >"$rust_choice_file.$$"
  mv "$rust_choice_file.$$" "$rust_choice_file"
}

ensure_c_linker() {
  command -v cc >/dev/null && return 0
  if apt_allowed; then
    apt_install gcc libc6-dev
  else
    missing "a C compiler (Rust links with it)" "$(apt_command gcc libc6-dev)"
    return 1
  fi
}

missing_rust() {
  if ! command -v cargo >/dev/null; then
    missing "Rust $rust_oldest or later" "use rustup, the Rust project's installer, or as root on Debian run scripts/setup again"
  elif ! rust_is_new_enough rustc; then
    missing "Rust $rust_oldest or later (found: $(rustc --version))" "rustup update stable"
  else
    missing "the standard library for $wasm_target" "rustup target add $wasm_target"
  fi
}
