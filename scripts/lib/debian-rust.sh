# Rust from Debian's packages, with a standard library for WebAssembly that is built here from the packaged source.
#
# Debian packages no library for the target that matches its newest compiler, so it is compiled once (about a minute) and
# put where rustup would have put it. After that no unstable flag or variable is needed to build for the target.

debian_rust_bin=$cache/debian-rust/bin

# Debian's compiler alone, for native code; also used as a second compiler by the tests.
debian_rust_ready() { [ -x "$debian_rust_bin/cargo" ] && rust_is_new_enough "$debian_rust_bin/rustc"; }

step_debian_rust_native() {
  apt_rust_is_new_enough || {
    apt_update && apt_rust_is_new_enough || {
      say "Debian's packages have no Rust $rust_oldest or later"
      return 1
    }
  }
  apt_install rustc-web cargo-web && link_debian_rust
}

# Everything: compiler, formatter, linter, and the library for the target.
step_debian_rust() {
  local llvm
  step_debian_rust_native &&
    apt_install rust-web-src rust-web-clippy rustfmt-web &&
    link_debian_rust || return 1
  # The WebAssembly linker must not be older than the LLVM that the compiler was built with.
  llvm=$(rustc_says 'LLVM version' | cut -d. -f1)
  apt_install "lld-$llvm" || return 1
  rust_is_complete "$debian_rust_bin/rustc" || build_debian_wasm_library "/usr/bin/wasm-ld-$llvm"
}

# A line of `rustc -vV`, by its label.
rustc_says() { "$debian_rust_bin/rustc" -vV | sed -n "s/^$1: //p"; }

debian_wasm_folder() { printf '%s/lib/rustlib/%s' "$("$debian_rust_bin/rustc" --print sysroot)" "$wasm_target"; }

# What `apt-get install` would install is new enough.
apt_rust_is_new_enough() {
  local candidate
  candidate=$(apt-cache policy rustc-web 2>/dev/null | sed -n 's/^ *Candidate: //p')
  candidate=${candidate%%+*}
  case $candidate in '' | '(none)') return 1 ;; esac
  printf '%s\n%s\n' "$rust_oldest" "$candidate" | sort -V -C
}

# A folder of links goes ahead on PATH, so that Debian's compiler is used as one set and rustup's stays untouched.
link_debian_rust() {
  local folder=$debian_rust_bin.$$ tool
  mkdir -p "$folder" || return 1
  for tool in cargo rustc rustdoc cargo-clippy clippy-driver cargo-fmt rustfmt; do
    [ ! -x "/usr/bin/$tool" ] || ln -sfn "/usr/bin/$tool" "$folder/$tool"
  done
  rm -rf "$debian_rust_bin" && mv "$folder" "$debian_rust_bin"
}

# Compiles the standard library for the target in an empty crate and copies its parts into the compiler's own folder.
build_debian_wasm_library() {
  local linker=$1 crate=$cache/std-build target new links
  say "compiling Rust's standard library for $wasm_target (about a minute)"
  rm -rf "$crate" && mkdir -p "$crate/src" && : >"$crate/src/lib.rs" || return 1
  cat >"$crate/Cargo.toml" <<'TOML'
[package]
name = "code-mesh-std-build"
version = "0.0.0"
edition = "2021"
[lib]
crate-type = ["rlib"]
[profile.release]
opt-level = "z"
codegen-units = 1
panic = "abort"
[workspace]
TOML
  # `test` is part of it: without it no test program compiles for the target.
  logged env PATH="$debian_rust_bin:$PATH" CARGO_TARGET_DIR="$crate/target" \
    RUSTC_BOOTSTRAP=1 CARGO_UNSTABLE_BUILD_STD=std,panic_abort,test CARGO_UNSTABLE_BUILD_STD_FEATURES=optimize_for_size \
    CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER="$linker" RUSTFLAGS="-Cembed-bitcode=yes -Zforce-unstable-if-unmarked" \
    cargo build --release --target "$wasm_target" --manifest-path "$crate/Cargo.toml" || return 1

  target=$(debian_wasm_folder)
  new=$target.new
  rm -rf "$new" && mkdir -p "$new/lib" &&
    cp "$crate/target/$wasm_target/release/deps/"lib*.rlib "$new/lib/" || return 1
  rm -f "$new/lib/"libcode_mesh_std_build*.rlib
  rust_identity "$debian_rust_bin/rustc" >"$new/$built_for"
  # Where rustc looks for its own linker.
  links=${target%/*}/$(rustc_says host)/bin
  mkdir -p "$links" && ln -sfn "$linker" "$links/rust-lld" &&
    rm -rf "$target" && mv "$new" "$target" && rm -rf "$crate"
}
