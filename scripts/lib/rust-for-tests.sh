# What the tests ask of Rust beyond a build: formatter, linter, and a second compiler.
#
# The library promises to build with any Rust from `rust-version` on. Where Debian's newest compiler can be installed
# beside rustup's, the tests check with both; elsewhere with the one that is there.

rust_for_tests_ready() {
  rust_lints && second_rust_settled
}

step_rust_for_tests() {
  if ! rust_lints; then
    attempted rustup component add clippy rustfmt || true
    if ! rust_lints; then
      missing "cargo clippy and cargo fmt" "rustup component add clippy rustfmt"
      return 1
    fi
  fi
  second_rust_settled || step_debian_rust_native || say "no second compiler: the tests use the one that is there"
}

rust_lints() { PATH=$(rust_path) cargo clippy --version >/dev/null 2>&1 && PATH=$(rust_path) cargo fmt --version >/dev/null 2>&1; }

second_rust_settled() { [ "$(cat "$rust_choice_file")" = debian ] || ! apt_allowed || debian_rust_ready; }
