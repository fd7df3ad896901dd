# A Chrome or Chromium and the chromedriver of the same version, for the browser tests.
# What was found is kept in the cache folder, two paths on two lines, for env.sh.

browser_file=$cache/browser

browser_ready() {
  local chrome driver
  [ -e "$browser_file" ] || return 1
  { read -r chrome && read -r driver; } <"$browser_file"
  # A path given by the user wins over what was found earlier.
  [ "${CODE_MESH_CHROME:-$chrome}" = "$chrome" ] && [ "${CHROMEDRIVER:-$driver}" = "$driver" ] || return 1
  browser_versions_match "$chrome" "$driver"
}

step_browser() {
  local chrome driver
  chrome=${CODE_MESH_CHROME:-$(first_browser)}
  driver=${CHROMEDRIVER:-$(command -v chromedriver)}
  if ! browser_versions_match "$chrome" "$driver" && apt_allowed; then
    apt_install chromium chromium-driver || return 1
    chrome=/usr/bin/chromium
    driver=/usr/bin/chromedriver
  fi
  if ! browser_versions_match "$chrome" "$driver"; then
    missing "Chrome or Chromium with the chromedriver of the same version (found: ${chrome:-no browser}, ${driver:-no chromedriver})" \
      "$(apt_command chromium chromium-driver)"
    return 1
  fi
  printf '%s\n%s\n' "$chrome" "$driver" >"$browser_file.$$" && mv "$browser_file.$$" "$browser_file"
}

first_browser() {
  local name
  for name in google-chrome google-chrome-stable chromium chromium-browser chrome \
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"; do
    command -v "$name" && return 0
  done
  return 0
}

# chromedriver refuses a browser of another major version.
browser_versions_match() {
  local chrome driver
  [ -x "$1" ] && [ -x "$2" ] || return 1
  chrome=$("$1" --version 2>/dev/null | sed -n 's/^[^0-9]*\([0-9]*\)\..*/\1/p')
  driver=$("$2" --version 2>/dev/null | sed -n 's/^[^0-9]*\([0-9]*\)\..*/\1/p')
  [ -n "$chrome" ] && [ "$chrome" = "$driver" ]
}
