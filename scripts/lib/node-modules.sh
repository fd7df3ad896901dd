# Node itself and node_modules.

node_oldest=20

# Node is the one thing that must be there before us.
require_node() {
  local version
  version=$(node --version 2>/dev/null || true)
  version=${version#v}
  if [ "${version%%.*}" -ge "$node_oldest" ] 2>/dev/null && command -v npm >/dev/null; then return 0; fi
  missing "Node.js $node_oldest or later with npm (found: ${version:-none})" \
    "use your system's package of Node.js or a version manager, for example 'nvm install $node_oldest'"
  return 1
}

# npm keeps its own record of what it installed; comparing it with the lock file needs no stamp that could lie.
node_modules_ready() { node "$root/scripts/lib/node-modules-ready.mjs" "$root"; }

step_node_modules() {
  # `npm ci` empties node_modules first and writes its record last, so an interrupted run is noticed and repeated.
  logged npm ci --no-audit --no-fund --loglevel=error --no-progress && return 0
  missing "the packages of package-lock.json" "npm ci"
  return 1
}
