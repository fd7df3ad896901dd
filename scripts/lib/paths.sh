# Where things live: the checkout (`root`) and the one cache folder outside it (`cache`). Sourced, never run.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)

# With HOME unset, `~` still finds the home folder in the user database; the tools that run later expect the variable.
[ -n "${HOME:-}" ] || HOME=$(printf '%s' ~)
export HOME

# The XDG rules say that a relative path is to be ignored.
case ${XDG_CACHE_HOME:-} in
  /*) cache=$XDG_CACHE_HOME/code-mesh-perf ;;
  *) cache=$HOME/.cache/code-mesh-perf ;;
esac
# A home folder that cannot be written (a service account, a read-only image) leaves the checkout itself.
mkdir -p "$cache" 2>/dev/null && [ -w "$cache" ] || {
  cache=$root/.build/cache
  mkdir -p "$cache"
}
