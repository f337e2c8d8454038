import { prelude, quote } from "../shell.ts"
import { sectionFunction } from "../sections.ts"
import { mochaReporter, nodeTestReporter, preload } from "./preload.ts"
import { pytestOptions as pytestPlugin } from "./pytest-options.ts"
import { sitecustomize } from "./python.ts"
import type { Recipe } from "@loom/core/domain/Recipe"

/** Where a run's helpers and reports live inside the sandbox: outside the tree, named by a digest. */
const folder = (token: string): string => `$HOME/.loom-run/${token.slice(0, 32)}`

const heredoc = (file: string, text: string, token: string): string =>
  `cat > "${file}" <<'LOOM_${token.slice(0, 12)}'\n${text}LOOM_${token.slice(0, 12)}\n`

/** A command of the same name in front of the real one in PATH. `body` may use `$real`. */
const shim = (name: string, body: string, token: string): string =>
  `real=$(command -v ${name} || true)
if [ -n "$real" ]; then
  { printf '#!/bin/bash\\nreal=%q\\nreports=%q\\nhome=%q\\n' "$real" "$H/reports" "$H"; cat <<'LOOM_${token.slice(0, 12)}'
${body}
LOOM_${token.slice(0, 12)}
  } > "$H/bin/${name}"
  chmod 755 "$H/bin/${name}"
fi
`

/** Scripts that set NODE_OPTIONS themselves lose the preload: the shim gives it back. */
const nodeShim = `case "\${NODE_OPTIONS-}" in *"$home/preload.cjs"*) ;; *) export NODE_OPTIONS="--require $home/preload.cjs\${NODE_OPTIONS:+ $NODE_OPTIONS}";; esac
exec "$real" "$@"`

const goShim = `[ "$1" = test ] || exec "$real" "$@"
case " $* " in *" -c "*|*" -json "*|*" -list "*) exec "$real" "$@";; esac
shift
set -o pipefail
: > "$reports/go-$$.started"
"$real" test -json "$@" | tee "$reports/go-$$.jsonl"`

const cargoShim = `case "$1" in +*) verb="$2";; *) verb="$1";; esac
case "$verb" in test|t) ;; *) exec "$real" "$@";; esac
set -o pipefail
: > "$reports/cargo-$$.started"
"$real" "$@" 2>&1 | tee "$reports/cargo-$$.txt"`

const bunShim = `[ "$1" = test ] || exec "$real" "$@"
shift
: > "$reports/bun-$$.started"
exec "$real" test --reporter=junit --reporter-outfile="$reports/bun-$$.xml" "$@"`

/** Notes the state of the tree, so that what an install or a test run leaves behind can be told from the change (`restoreTree`). */
export const noteTree = (token: string): string => `N="$HOME/.loom-run/tree-${token.slice(0, 16)}"
mkdir -p "$N"
if git rev-parse --git-dir >/dev/null 2>&1; then
  git diff --name-only -z HEAD -- 2>/dev/null | tr '\\0' '\\n' | LC_ALL=C sort > "$N/dirty"
  git ls-files -o --exclude-standard --directory -z | tr '\\0' '\\n' | LC_ALL=C sort > "$N/untracked"
fi
`

/** Tracked files that were clean before are restored; untracked ones that are new are hidden through `.git/info/exclude`. */
export const restoreTree = (token: string): string => `N="$HOME/.loom-run/tree-${token.slice(0, 16)}"
if [ -f "$N/dirty" ] && git rev-parse --git-dir >/dev/null 2>&1; then
  git diff --name-only -z HEAD -- 2>/dev/null | tr '\\0' '\\n' | LC_ALL=C sort | LC_ALL=C comm -13 "$N/dirty" - | while IFS= read -r f; do git checkout -q HEAD -- "$f" 2>/dev/null && section restored "$f"; done
  X="$(git rev-parse --git-path info/exclude)"; mkdir -p "$(dirname "$X")"
  git ls-files -o --exclude-standard --directory -z | tr '\\0' '\\n' | LC_ALL=C sort | LC_ALL=C comm -13 "$N/untracked" - | head -n 200 | while IFS= read -r f; do printf '/%s\\n' "$f" | sed 's/[][*?!#]/\\\\&/g' >> "$X"; section excluded "$f"; done
fi
`

/** First exec of a run: writes the helpers afresh (nothing an earlier command left behind is trusted) and notes the tree. */
export const setUpScript = (recipe: Recipe, token: string, only: ReadonlyArray<string>): string => `${prelude}set -e
H="${folder(token)}"
rm -rf "$H"; mkdir -p "$H/bin" "$H/reports" "$H/python" "$H/pytest"
root=$(git rev-parse --show-toplevel 2>/dev/null || pwd -P)
printf '{"reports":"%s/reports","root":"%s","runner":"%s","only":[' "$H" "$root" ${quote(recipe.runner)} > "$H/config.json"
sep=''
for f in ${only.map(quote).join(" ")}; do if [ -f "$root/$f" ]; then printf '%s"%s/%s"' "$sep" "$root" "$f" >> "$H/config.json"; sep=','; fi; done
printf ']}' >> "$H/config.json"
${heredoc("$H/preload.cjs", preload, token)}${heredoc("$H/mocha-reporter.cjs", mochaReporter, token)}${heredoc("$H/node-test-reporter.mjs", nodeTestReporter, token)}${heredoc("$H/python/sitecustomize.py", sitecustomize, token)}${heredoc("$H/pytest/loom_pytest_options.py", pytestPlugin, token)}
${shim("node", nodeShim, token)}${shim("go", goShim, token)}${shim("cargo", cargoShim, token)}${shim("bun", bunShim, token)}${noteTree(token)}`

/** Second exec: the test lines themselves. Every line runs; the exit code is the first one that is not 0. */
export const testScript = (recipe: Recipe, token: string, only: ReadonlyArray<string>): string => `${prelude}exec 2>&1
H="${folder(token)}"
export PATH="$H/bin:$PATH" NODE_OPTIONS="--require $H/preload.cjs\${NODE_OPTIONS:+ $NODE_OPTIONS}"
root=$(git rev-parse --show-toplevel 2>/dev/null || pwd -P)
${pytestOptions(recipe, only)}
${recipe.runner === "unittest" ? 'export PYTHONPATH="$H/python${PYTHONPATH:+:$PYTHONPATH}"\n' : ""}status=0
${recipe.test.map((line) => `bash -c ${quote(line.command)} </dev/null || { code=$?; [ $status -ne 0 ] || status=$code; }`).join("\n")}
exit $status
`

const pytestOptions = (recipe: Recipe, only: ReadonlyArray<string>): string => {
  if (recipe.language !== "python") return ""
  const files = recipe.runner === "pytest" ? only.filter((file) => /^[\w./-]+\.py$/.test(file)) : []
  const narrowed = files.length > 0 ? ` ${files.map((file) => `$root/${file}`).join(" ")}` : ""
  return `export PYTHONPATH="$H/pytest\${PYTHONPATH:+:$PYTHONPATH}"
export PYTEST_ADDOPTS="-p loom_pytest_options -p no:cacheprovider --continue-on-collection-errors -o junit_family=xunit1 --junitxml=$H/reports/pytest.xml\${PYTEST_ADDOPTS:+ $PYTEST_ADDOPTS}${narrowed}"
${recipe.runner === "pytest" ? ': > "$H/reports/pytest.started"' : ""}`
}

/** Third exec, also after a time-out: the reports between boundary lines, and the tree as it was. */
export const collectScript = (token: string, boundary: string): string => `${prelude}${sectionFunction(boundary)}
H="${folder(token)}"
section root "$(git rev-parse --show-toplevel 2>/dev/null || pwd -P)"
for f in "$H"/reports/*; do [ -f "$f" ] || continue; section report "\${f##*/}"; cat "$f"; done
${restoreTree(token)}rm -rf "$H"
section end ""
`
