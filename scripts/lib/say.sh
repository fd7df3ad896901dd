# How the scripts speak: short lines on stderr (stdout belongs to the command that is run), long output in a log file.

log=$cache/setup.log
setup_locked=

# One line for the user.
say() { printf 'set-up: %s\n' "$*" >&2; }

# Notes something that cannot be installed from here, with the command that would; set-up goes on, to name them all.
missing() {
  printf 'set-up: missing: %s. To install it: %s\n' "$1" "$2" >&2
}

# step NAME TITLE [NOTE]
# Runs `step_NAME` unless `NAME_ready` says that there is nothing to do, under the lock, and says how long it took.
# The check is made again under the lock, because another set-up may have done the work meanwhile.
step() {
  local name=$1 title=$2 start
  "${name}_ready" && return 0
  take_setup_lock
  "${name}_ready" && return 0
  start=$SECONDS
  say "$title${3:+ ($3)} ..."
  if "step_$name"; then
    say "$title: done in $((SECONDS - start)) s"
    return 0
  fi
  say "$title: not done ($((SECONDS - start)) s)"
  return 1
}

# Takes the lock of the set-up, once, and starts a new log.
take_setup_lock() {
  [ -z "$setup_locked" ] || return 0
  take_lock "$cache/setup.lock" "set-up: waiting for another set-up to end"
  setup_locked=yes
  : >"$log"
}

# Runs a long command with its output in the log; on failure shows what of it tells most.
# It runs in the background so that a signal to this script ends it at once instead of after the command.
logged() {
  local from status=0
  printf '\n$ %s\n' "$*" >>"$log"
  from=$(wc -l <"$log")
  "$@" >>"$log" 2>&1 </dev/null &
  logged_pid=$!
  wait "$logged_pid" || status=$?
  logged_pid=
  [ "$status" = 0 ] && return 0
  say "'$*' ended with status $status; its output (all of it: $log):"
  tail -n +"$((from + 1))" "$log" | ends_of_output >&2
  return "$status"
}

# The same for a command that may fail because there is another way: nothing is shown.
attempted() {
  local status=0
  printf '\n$ %s   (may fail)\n' "$*" >>"$log"
  "$@" >>"$log" 2>&1 </dev/null &
  logged_pid=$!
  wait "$logged_pid" || status=$?
  logged_pid=
  return "$status"
}

# The first and the last lines: npm says what is wrong first, a compiler last.
ends_of_output() {
  awk '{ line[NR] = $0 } END { for (i = 1; i <= NR; i++) { if (i <= 8 || i > NR - 10) print "    " line[i]; else if (i == 9) print "    ..." } }'
}

stop_logged() {
  trap - INT TERM HUP
  [ -z "${logged_pid:-}" ] || kill "$logged_pid" 2>/dev/null || true
  say "interrupted; run it again to go on where it stopped"
  exit "$1"
}
trap 'stop_logged 130' INT
trap 'stop_logged 143' TERM HUP
