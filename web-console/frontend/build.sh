#!/bin/sh
# Builds the React app into the directory given, only when something it is made of has changed.
set -eu

target="$1"
here="$(cd "$(dirname "$0")" && pwd)"
cd "$here"

if ! command -v node >/dev/null 2>&1 || ! command -v npm >/dev/null 2>&1; then
  echo "The web console needs Node 20.19 or newer with npm to build its pages." >&2
  echo "Install them (Debian: apt-get install nodejs npm), or build without pages: -Dskip.frontend" >&2
  exit 1
fi
if ! node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)'; then
  echo "The web console needs Node 20.19 or newer; found $(node --version)." >&2
  exit 1
fi

stamp() {
  find . -type f -not -path './node_modules/*' -not -path './dist/*' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1
}

now="$(stamp)"
if [ -f "$target/index.html" ] && [ "$(cat "$target/.stamp" 2>/dev/null || true)" = "$now" ]; then
  exit 0
fi

lock="$(sha256sum package-lock.json | cut -d' ' -f1)"
if [ "$(cat node_modules/.lock 2>/dev/null || true)" != "$lock" ]; then
  npm ci --no-audit --no-fund --loglevel=error
  echo "$lock" > node_modules/.lock
fi
if ! tests="$(npm run --silent test 2>&1)"; then
  echo "$tests" >&2
  exit 1
fi
OMNIFY_STATIC="$target" npm run --silent build
echo "$now" > "$target/.stamp"
