import { prelude } from "../shell.ts"
import { parseSections, sectionFunction } from "../sections.ts"

/** What a repository says about itself, read once inside the sandbox. Untrusted data. */
export interface Snapshot {
  /** Paths of tracked and new files, at most 6,000. */
  readonly paths: ReadonlyArray<string>
  /** Contents of the files that describe set-up, each at most 64 KiB (lock files: their head). */
  readonly files: ReadonlyMap<string, string>
  /** Answers of the tools in the sandbox, e.g. `node: v24.1.0`, `arch: x86_64`; absent when there is no such tool. */
  readonly tools: ReadonlyMap<string, string>
  /** Test files by what they import: `node:test`, `pytest`, `unittest`. */
  readonly imports: ReadonlyMap<string, ReadonlyArray<string>>
}

const NAMED = [
  "package.json",
  ".nvmrc",
  ".node-version",
  ".tool-versions",
  "mise.toml",
  ".yarnrc.yml",
  ".yarnrc",
  ".npmrc",
  "pnpm-workspace.yaml",
  "lerna.json",
  ".nycrc",
  ".nycrc.json",
  "turbo.json",
  "nx.json",
  "pyproject.toml",
  "setup.py",
  "setup.cfg",
  "tox.ini",
  "pytest.ini",
  ".pytest.ini",
  "Pipfile",
  ".python-version",
  "go.mod",
  "Cargo.toml",
  "rust-toolchain",
  "rust-toolchain.toml",
  "Makefile",
  ".devcontainer/devcontainer.json",
  ".devcontainer.json",
  "deno.json",
  ".openhands/setup.sh",
]
const LOCKS = [
  "package-lock.json",
  "npm-shrinkwrap.json",
  "yarn.lock",
  "pnpm-lock.yaml",
  "bun.lock",
  "bun.lockb",
  "uv.lock",
  "poetry.lock",
  "Pipfile.lock",
]

/**
 * One exec: nothing of the repository runs, every read is bounded. The tools are asked from outside the tree: a pinned package
 * manager (`packageManager`) would try to fetch itself first.
 */
export const snapshotScript = (boundary: string): string => `${prelude}${sectionFunction(boundary)}
section tool arch; uname -m
for t in node npm pnpm yarn bun python3 go cargo make; do command -v $t >/dev/null 2>&1 && { section tool $t; (cd / && case $t in go) go version;; *) $t --version;; esac) 2>/dev/null </dev/null | head -n 1; }; done
for m in pytest pip venv ensurepip; do python3 -c "import $m" 2>/dev/null && section tool "py-$m"; done
list() { git ls-files -co --exclude-standard 2>/dev/null || find . -type f -not -path '*/node_modules/*' -not -path './.git/*' | sed 's#^\\./##'; }
paths=$(list | head -n 6000)
section paths ""; printf '%s\\n' "$paths"
show() { [ -f "$1" ] && { section file "$1"; head -c "$2" "$1"; }; }
for f in ${NAMED.join(" ")}; do show "$f" 65536; done
for f in ${LOCKS.join(" ")}; do show "$f" 600; done
printf '%s\\n' "$paths" | grep -E '^(\\.github/workflows/[^/]+\\.ya?ml|(requirements[^/]*|[^/]*-requirements)\\.txt|requirements/[^/]+\\.txt)$' | head -n 30 | while IFS= read -r f; do show "$f" 32768; done
printf '%s\\n' "$paths" | grep -E '^([^/]+/){1,3}(package\\.json|pyproject\\.toml)$' | head -n 60 | while IFS= read -r f; do show "$f" 16384; done
section imports node:test; printf '%s\\n' "$paths" | grep -E '\\.[cm]?[jt]sx?$' | grep -iE 'test|spec' | head -n 300 | tr '\\n' '\\0' | xargs -0 -r grep -lE "['\\"](node:test|bun:test)['\\"]" 2>/dev/null
section imports pytest; printf '%s\\n' "$paths" | grep -E '(^|/)(test_[^/]*|[^/]*_test|conftest|tests?)\\.py$' | head -n 300 | tr '\\n' '\\0' | xargs -0 -r grep -lE '^ *(import|from) pytest|^(async )?def test_' 2>/dev/null
section imports unittest; printf '%s\\n' "$paths" | grep -E '\\.py$' | grep -i test | head -n 300 | tr '\\n' '\\0' | xargs -0 -r grep -lE '^ *(import|from) (unittest|django\\.test)' 2>/dev/null
section end ""
`

const linesOf = (text: string): ReadonlyArray<string> => text.split("\n").filter((line) => line !== "")

/** False when the script was ended before its last line: what is missing is then unknown, not absent. */
export const isWhole = (boundary: string, output: string): boolean =>
  parseSections(boundary, output).some((section) => section.kind === "end")

export const readSnapshot = (boundary: string, output: string): Snapshot => {
  const sections = parseSections(boundary, output)
  const of = (kind: string) => sections.filter((section) => section.kind === kind)
  return {
    paths: of("paths").flatMap((section) => linesOf(section.text)),
    files: new Map(of("file").map((section) => [section.name, section.text])),
    tools: new Map(of("tool").map((section) => [section.name, section.text.trim()])),
    imports: new Map(of("imports").map((section) => [section.name, linesOf(section.text)])),
  }
}
