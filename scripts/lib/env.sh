# The environment in which everything of this project runs: sourced by the scripts after set-up.
#
# PATH: the chosen Rust, the cached tools, node_modules/.bin (wasm-opt is there), then whatever was on it.
# CODE_MESH_CHROME, CHROMEDRIVER: the browser of the tests, where set-up found one.

. "$(dirname "${BASH_SOURCE[0]}")/paths.sh"
. "$root/scripts/lib/wasm-tools.sh"

# Rust as the machine has it, without our choice: the tests also check with that compiler.
CODE_MESH_OUTER_PATH=${CODE_MESH_OUTER_PATH:-$PATH}
PATH=$wasm_pack_bin:$wasm_bindgen_bin:$root/node_modules/.bin:$PATH
PATH=$(rust_path)
export PATH CODE_MESH_OUTER_PATH

if [ -e "$cache/browser" ]; then
  { read -r CODE_MESH_CHROME && read -r CHROMEDRIVER; } <"$cache/browser"
  export CODE_MESH_CHROME CHROMEDRIVER
fi
