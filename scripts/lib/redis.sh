# A Redis server, for the tests of the cache's third level. They start and stop their own; none is to run besides.

redis_ready() { command -v redis-server >/dev/null; }

step_redis() {
  if apt_allowed; then
    without_services apt_install redis-server || return 1
  fi
  redis_ready && return 0
  missing "redis-server" "$(apt_command redis-server)"
  return 1
}

# Runs an installation that starts no service: Debian asks this file before it starts one. Where there is one already (as
# in most containers), whoever made it has decided. Ours says no only as long as this script runs, so that one that was
# left behind does no harm.
without_services() {
  local policy=/usr/sbin/policy-rc.d status=0
  if [ -e "$policy" ] && ! grep -q 'code-mesh-perf' "$policy"; then
    "$@"
    return
  fi
  printf '#!/bin/sh\n# Of the set-up of code-mesh-perf, which removes it.\nkill -0 %s 2>/dev/null && exit 101\nexit 0\n' $$ >"$policy" &&
    chmod 755 "$policy" || return 1
  "$@" || status=$?
  rm -f "$policy"
  return "$status"
}
