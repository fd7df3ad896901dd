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

# Installs packages. The package lists are fetched when there are none, and once more when the install fails, because
# lists that are some days old name files that the mirrors have replaced. An install that was killed earlier is ended first.
apt_install() {
  apt_has "$@" && return 0
  apt_fetch_lists_if_none || return 1
  attempted apt_get install "$@" && return 0
  attempted dpkg --configure -a
  logged apt_get update && logged apt_get install "$@"
}

# What a user without root would do, for the lines that say what is missing.
apt_command() {
  if command -v apt-get >/dev/null; then
    printf 'sudo apt-get install %s' "$*"
  else
    printf "your system's package manager (Debian calls the packages: %s)" "$*"
  fi
}

apt_fetch_lists_if_none() {
  apt-cache show coreutils >/dev/null 2>&1 || logged apt_get update
}

apt_get() {
  local verb=$1
  shift
  # Another apt (an automatic upgrade, say) is waited for instead of failing on its lock.
  DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=600 -o APT::Get::Assume-Yes=true \
    "$verb" ${1+--no-install-recommends} "$@"
}
