# One at a time: two set-ups on a machine, or two builds in a checkout, would harm each other.

# Takes a lock, waiting for another process that holds it; says so once. It goes with the process, however that ends.
take_lock() {
  local file=$1 message=$2
  if command -v flock >/dev/null; then
    exec 9>>"$file"
    flock -n 9 || {
      printf '%s\n' "$message" >&2
      flock 9
    }
  else
    take_folder_lock "$file.d" "$message"
  fi
}

# Where there is no flock (macOS): a folder, which one process alone can make, with the number of its owner inside.
take_folder_lock() {
  local owner said=
  lock_folder=$1
  until mkdir "$lock_folder" 2>/dev/null; do
    owner=$(cat "$lock_folder/pid" 2>/dev/null || true)
    if [ -n "$owner" ] && ! kill -0 "$owner" 2>/dev/null; then
      rm -rf "$lock_folder"
      continue
    fi
    [ -n "$said" ] || printf '%s\n' "$2" >&2
    said=yes
    sleep 1
  done
  echo $$ >"$lock_folder/pid"
  trap 'rm -rf "$lock_folder"' EXIT
}
