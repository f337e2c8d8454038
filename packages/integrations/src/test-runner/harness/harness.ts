import { prelude, quote } from "../shell.ts"
import { sectionFunction } from "../sections.ts"
import { jasmineReporter, mochaReporter, nodeTestChild, nodeTestReporter } from "./node-reporters.ts"
import { perlFormatter } from "./perl.ts"
import { preload } from "./preload.ts"
import { pytestOptions as pytestPlugin } from "./pytest-options.ts"
import { sitecustomize } from "./python.ts"
import { rubyHook } from "./ruby.ts"
import { shims } from "./shims.ts"
import type { Recipe, Runner } from "@loom/core/domain/Recipe"

/** Where a run's helpers and reports live inside the sandbox: outside the tree, named by a digest. */
const folder = (token: string): string => `$HOME/.loom-run/${token.slice(0, 32)}`

const heredoc = (file: string, text: string, token: string): string =>
  `cat > "${file}" <<'LOOM_${token.slice(0, 12)}'\n${text}LOOM_${token.slice(0, 12)}\n`

/** A command of the same name in front of the real one in PATH. `body` may use `$real`. */
const shim = (name: string, body: string, token: string): string =>
  `real=$(type -P ${name} || true)
if [ -n "$real" ]; then
  { printf '#!/bin/bash\\nreal=%q\\nreports=%q\\nhome=%q\\n' "$real" "$H/reports" "$H"; cat <<'LOOM_${token.slice(0, 12)}'
${body}
LOOM_${token.slice(0, 12)}
  } > "$H/bin/${name}"
fi
`

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

/** What is written beside the shims, by its path below the run's folder. */
const helpers: ReadonlyArray<readonly [string, string]> = [
  ["preload.cjs", preload],
  ["mocha-reporter.cjs", mochaReporter],
  ["jasmine-reporter.cjs", jasmineReporter],
  ["node-test-reporter.mjs", nodeTestReporter],
  ["node-test-child.cjs", nodeTestChild],
  ["python/sitecustomize.py", sitecustomize],
  ["pytest/loom_pytest_options.py", pytestPlugin],
  ["ruby/loom.rb", rubyHook],
  ["perl/LoomFormatter.pm", perlFormatter],
]

/** First exec of a run: writes the helpers afresh (nothing an earlier command left behind is trusted) and notes the tree. */
export const setUpScript = (recipe: Recipe, token: string, only: ReadonlyArray<string>): string => `${prelude}set -e
H="${folder(token)}"
rm -rf "$H"; mkdir -p "$H/bin" "$H/reports" "$H/python" "$H/pytest" "$H/ruby" "$H/perl"
root=$(git rev-parse --show-toplevel 2>/dev/null || pwd -P)
printf '{"reports":"%s/reports","root":"%s","runner":"%s","only":[' "$H" "$root" ${quote(recipe.runner)} > "$H/config.json"
sep=''
for f in ${only.map(quote).join(" ")}; do if [ -f "$root/$f" ]; then printf '%s"%s/%s"' "$sep" "$root" "$f" >> "$H/config.json"; sep=','; fi; done
printf ']}' >> "$H/config.json"
${helpers.map(([file, text]) => heredoc(`$H/${file}`, text, token)).join("")}
${Object.entries(shims)
  .map(([name, body]) => shim(name, body, token))
  .join("")}chmod -R 755 "$H/bin"
${noteTree(token)}touch "$H/begun"
`

/** Second exec: the test lines themselves. Every line runs; the exit code is the first one that is not 0. */
export const testScript = (recipe: Recipe, token: string, only: ReadonlyArray<string>): string => `${prelude}exec 2>&1
H="${folder(token)}"
export PATH="$H/bin:$PATH" NODE_OPTIONS="--require $H/preload.cjs\${NODE_OPTIONS:+ $NODE_OPTIONS}"
root=$(git rev-parse --show-toplevel 2>/dev/null || pwd -P)
${pytestOptions(recipe, only)}
${recipe.runner === "unittest" ? 'export PYTHONPATH="$H/python${PYTHONPATH:+:$PYTHONPATH}"\n' : ""}status=0
${RUBY.has(recipe.runner) || recipe.language === "ruby" ? 'export RUBYOPT="-r$H/ruby/loom.rb${RUBYOPT:+ $RUBYOPT}"\n' : ""}${recipe.test.map((line) => `bash -c ${quote(line.command)} </dev/null || { code=$?; [ $status -ne 0 ] || status=$code; }`).join("\n")}
${JVM.has(recipe.runner) ? jvmReports(recipe.runner) : ""}exit $status
`

const RUBY: ReadonlySet<Runner> = new Set(["rspec", "minitest", "test-unit"])
const JVM: ReadonlySet<Runner> = new Set(["maven", "gradle"])

/**
 * surefire and gradle write JUnit XML into the tree and nowhere else: what this run wrote is copied out before anything else runs. They name
 * classes only; a class whose source lies where its name and its module say gets that file as an attribute of its suite.
 */
const jvmReports = (runner: Runner): string => `n=0
source_of() {
  local module="\${1%/*/*-reports/*}" class="\${1##*/TEST-}" file
  case "$1" in */test-results/*) module="\${1%/*/test-results/*}" ;; esac
  class="\${class%.xml}"; class="\${class%%[$]*}"
  for file in "$module"/src/*/{java,kotlin,groovy,scala}/"\${class//.//}".{java,kt,groovy,scala}; do
    [ -f "$file" ] && case "$file" in *[!A-Za-z0-9_./@+-]*) ;; *) printf '%s' "$file"; return ;; esac
  done
}
find "$root" \\( -path '*/surefire-reports/TEST-*.xml' -o -path '*/failsafe-reports/TEST-*.xml' -o -path '*/test-results/*/TEST-*.xml' \\) -newer "$H/begun" 2>/dev/null | head -n 5000 | while IFS= read -r f; do n=$((n + 1)); s=$(source_of "$f")
  if [ -n "$s" ]; then sed "0,/<testsuite /s|<testsuite |&file=\\"$s\\" |" "$f"; else cat "$f"; fi > "$H/reports/${runner}-$n.xml"
done
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
