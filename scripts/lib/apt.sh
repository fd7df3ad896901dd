# Debian packages, where we may install them.

# True when this is a Debian-like system and we are root: only then anything is installed by apt.
apt_allowed() { command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; }

# True when every named package is installed.
apt_has() {
  command -v dpkg-query >/dev/null || return 1
  local package
  for package; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || return 1
  done
}

# Installs packages. The package lists are fetched only when it does not work without: there may be none yet, or they are
# some days old and name files that the mirrors have replaced. An install that was killed earlier is ended first.
apt_install() {
  apt_has "$@" && return 0
  attempted apt_get install "$@" && return 0
  attempted dpkg --configure -a || true
  apt_update && logged apt_get install "$@"
}

# Fetches the package lists. Another apt may hold them, and unlike for packages apt itself does not wait for that.
apt_update() {
  local tries
  for tries in 1 2 3 4 5 6; do
    attempted apt_get update && return 0
    tail -n 5 "$log" | grep -qi 'lock' || break
    sleep 5
  done
  logged apt_get update
}

# What a user without root would do, for the lines that say what is missing.
apt_command() {
  if command -v apt-get >/dev/null; then
    printf 'sudo apt-get install %s' "$*"
  else
    printf "your system's package manager (Debian calls the packages: %s)" "$*"
  fi
}

apt_get() {
  local verb=$1
  shift
  # Another apt (an automatic upgrade, say) is waited for instead of failing on its lock.
  DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=600 -o APT::Get::Assume-Yes=true \
    "$verb" ${1+--no-install-recommends} "$@"
}
