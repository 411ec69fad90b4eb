#!/usr/bin/env bash
# What a newcomer does: clone, then the README's commands, with nothing in any cache. CI runs exactly this.
#
#   ci/as_a_stranger.sh [REPOSITORY]      (default: the repository this script stands in)
#
# Everything happens below one temporary directory, which is removed at the end. Quick checks come first. The time of
# each step is printed.
set -euo pipefail

repository=$(cd "${1:-$(dirname "$0")/..}" && pwd)
scratch=$(mktemp -d "${TMPDIR:-/tmp}/katana-stranger.XXXXXX")
server=""

finish() {
    status=$?
    [ -z "$server" ] || kill -TERM "$server" 2>/dev/null || true
    # The daemon of Pants belongs to this clone; ask it to leave before its files go.
    [ ! -x "$scratch/clone/pants" ] || (cd "$scratch/clone" && for f in .pids/*/pantsd/pid; do
        [ ! -f "$f" ] || kill -TERM "$(cat "$f")" 2>/dev/null || true
    done)
    sleep 1
    chmod -R u+w "$scratch" 2>/dev/null || true
    rm -rf "$scratch" || true
    exit "$status"
}
trap finish EXIT
trap 'exit 130' INT TERM

step() {
    local name=$1 start=$SECONDS
    shift
    echo "=== $name: $*"
    "$@"
    echo "=== $name: $((SECONDS - start)) s"
}

# Interpreters may stand below the old home; everything that is a cache must not.
export PYENV_ROOT="${PYENV_ROOT:-$HOME/.pyenv}"
export HOME="$scratch/home" XDG_CACHE_HOME="$scratch/cache" PIP_NO_CACHE_DIR=1
mkdir -p "$HOME" "$XDG_CACHE_HOME"

git clone --quiet "$repository" "$scratch/clone"
cd "$scratch/clone"

serves() {
    local log="$scratch/run.log" url=""
    ./pants run src/svc:server -- --port 0 >"$log" 2>&1 &
    server=$!
    for _ in $(seq 600); do
        url=$(grep -om1 'http://127\.0\.0\.1:[0-9]*' "$log" || true)
        [ -z "$url" ] || break
        kill -0 "$server" 2>/dev/null || break
        sleep 0.5
    done
    [ -n "$url" ] || { cat "$log"; echo "the server did not start"; return 1; }
    python3 - "$url" <<'PYTHON'
import json, sys, urllib.request
body = json.dumps({"name": "Ada Lovelace", "email": "ada@example.com"}).encode()
request = urllib.request.Request(sys.argv[1] + "/users", body, {"Content-Type": "application/json"})
created = json.load(urllib.request.urlopen(request, timeout=30))
fetched = json.load(urllib.request.urlopen(f"{sys.argv[1]}/users/{created['id']}", timeout=30))
assert created == fetched, (created, fetched)
PYTHON
    kill -INT "$server"
    wait "$server" || true
    server=""
    cat "$log"
}

packages() {
    ./pants package src/svc:server
    ./pants run ci:smoke -- dist/src.svc/server.pex
}

leaves_the_tree_clean() {
    local changed
    changed=$(git status --porcelain)
    [ -z "$changed" ] || { echo "the commands left files behind:"; echo "$changed"; return 1; }
}

step "bootstrap" ./pants --version
step "lint" ./pants lint ::
step "tailor" ./pants tailor --check ::
step "check" ./pants check ::
step "run" serves
step "package" packages
step "export-codegen" ./pants export-codegen ::
step "incremental" python3 ci/incremental.py
step "mismatches" python3 ci/contract_mismatches.py
step "test" ./pants test ::
step "clean" leaves_the_tree_clean
