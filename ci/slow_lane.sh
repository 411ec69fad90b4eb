#!/usr/bin/env bash
# What takes too long for every change: run it before a release, and at night.
#
#   ci/slow_lane.sh [MINUTES]      (default: 5)
#
# 1. The tests of the runtime under an interpreter that lets nothing pass: `-X dev`, warnings as errors, an allocator that
#    checks itself. Every change gets a part of it (`tests/strict`).
# 2. MINUTES of damaged requests, other ones in each run, and as long with a fuzzer that looks at what code they reach. What
#    fails is printed with its bytes.
# 3. MINUTES of requests of every kind on each event loop: memory, descriptors, tasks and objects have to stay as they were.
#
# A day: `ci/slow_lane.sh 720` spends half of it on each loop, and as long on damaged requests.
set -euo pipefail
cd "$(dirname "$0")/.."
minutes=${1:-5}

step() {
    local name=$1 start=$SECONDS
    shift
    echo "=== $name: $*"
    "$@"
    echo "=== $name: $((SECONDS - start)) s"
}

step "strict" ./pants test --force --no-test-timeouts tests/strict:: -- --whole
step "fuzz" ./pants test --force --no-test-timeouts tests/conformance/http1/test_http1_fuzz.py -- --fuzz-minutes "$minutes"
step "fuzz by coverage" ./pants run tests/fuzz:http1 -- "-max_total_time=$((minutes * 60))"
step "soak" ./pants test --force --no-test-timeouts tests/unit/runtime_memory/test_memory_soak.py -- --minutes "$minutes"
