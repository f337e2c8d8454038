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
  /** Test files by what they import: `node:test`, `pytest`, `unittest`, `minitest`, `test-unit`. */
  readonly imports: ReadonlyMap<string, ReadonlyArray<string>>
  /** git's object ids of lock files and manifests (whole, wherever they are), and of everything (`.`). */
  readonly digests: ReadonlyMap<string, string>
}

/** Read from the root, whole. A row more is all that a new source takes. */
const NAMED =
  `package.json .nvmrc .node-version .tool-versions mise.toml .mise.toml .yarnrc.yml .yarnrc .npmrc pnpm-workspace.yaml lerna.json
  .nycrc .nycrc.json turbo.json nx.json bunfig.toml deno.json deno.jsonc .dvmrc
  pyproject.toml setup.py setup.cfg tox.ini pytest.ini .pytest.ini Pipfile .python-version
  go.mod go.work Cargo.toml rust-toolchain rust-toolchain.toml Gemfile gems.rb Rakefile .rspec .ruby-version
  composer.json phpunit.xml phpunit.xml.dist phpunit.dist.xml pom.xml build.gradle build.gradle.kts settings.gradle settings.gradle.kts .java-version
  CMakeLists.txt meson.build configure.ac configure.in GNUmakefile makefile Makefile cpanfile
  AGENTS.md CLAUDE.md .cursorrules .github/copilot-instructions.md .devcontainer/devcontainer.json .devcontainer.json .openhands/setup.sh
  compose.yaml compose.yml docker-compose.yaml docker-compose.yml .env.example .env.sample .env.test`.split(/\s+/)
const LOCKS = `package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml bun.lock bun.lockb uv.lock poetry.lock Pipfile.lock
  go.sum Cargo.lock Gemfile.lock composer.lock deno.lock`.split(/\s+/)
/** Programs that are asked for their version, and those that only have to be there. */
const VERSIONED = "node npm pnpm yarn bun deno python3 go cargo ruby php java make cmake bats"
const PRESENT = "mvn gradle bundle rspec rake composer ctest gcc meson autoreconf prove cpanm redis-server memcached mongod mysqld"

/** Files on which an install depends wherever they lie in the tree. Behind a tab in the list of digests: a real one, grep knows no escape for it. */
const INSTALL_FILES =
  "(^|/)(package\\.json|[^/]*lock[^/]*|npm-shrinkwrap\\.json|\\.yarnrc(\\.yml)?|\\.npmrc|pnpm-workspace\\.yaml|\\.pnpmfile\\.c?js|bunfig\\.toml|pyproject\\.toml|setup\\.(py|cfg)|Pipfile|[^/]*requirements[^/]*\\.txt|requirements/[^/]*\\.txt|go\\.(mod|sum|work)|Cargo\\.toml|Gemfile|gems\\.rb|[^/]*\\.gemspec|composer\\.json|pom\\.xml|[^/]*\\.gradle(\\.kts)?|gradle\\.properties|libs\\.versions\\.toml|deno\\.jsonc?|cpanfile|Makefile\\.PL)$|(^|/)(patches|\\.yarn)/"

/**
 * One exec: nothing of the repository runs, every read is bounded. The tools are asked from outside the tree: a pinned package
 * manager (`packageManager`) would try to fetch itself first. All at once, for some take long to start: npm's like are read out of their own
 * package.json, and Python's modules are looked for, not imported, which could also run one of that name in the tree.
 */
export const snapshotScript = (boundary: string): string => `${prelude}${sectionFunction(boundary)}
section tool arch; uname -m
kept() { local f; f="$(dirname "$(dirname "$(readlink -f "$(command -v "$1")")")")/package.json"; grep -q '^  "name": "'"$1"'"' "$f" 2>/dev/null && sed -nE 's/^  "version": "([0-9][^"]*)",?$/\\1/p' "$f" | grep -m 1 .; }
ask() { (cd / && case $1 in npm|pnpm|yarn) kept $1 || $1 --version;; go) go version;; java) java -version 2>&1;; *) $1 --version;; esac) 2>/dev/null </dev/null | head -n 1; }
T=$(mktemp -d); trap 'rm -rf "$T"' EXIT
(cd / && python3 -c 'import importlib.util as u, sys
for m in sys.argv[1:]:
  if u.find_spec(m): print(m)' pytest pip venv ensurepip) > "$T/.python" 2>/dev/null </dev/null &
for t in ${VERSIONED}; do command -v $t >/dev/null 2>&1 && ask $t > "$T/$t" & done
wait
for t in ${VERSIONED}; do [ -e "$T/$t" ] && { section tool $t; cat "$T/$t"; }; done
while IFS= read -r m; do section tool "py-$m"; done < "$T/.python"
for t in ${PRESENT}; do command -v $t >/dev/null 2>&1 && section tool $t; done
for p in $(command -v postgres initdb 2>/dev/null) /usr/lib/postgresql/*/bin/initdb; do [ -x "$p" ] && [ -x "$(dirname "$p")/initdb" ] && { section tool postgres; dirname "$p"; break; }; done
list() { git ls-files -co --exclude-standard 2>/dev/null || find . -type f -not -path '*/node_modules/*' -not -path './.git/*' | sed 's#^\\./##'; }
paths=$(list | head -n 6000)
section paths ""; printf '%s\\n' "$paths"
show() { [ -f "$1" ] && { section file "$1"; head -c "$2" "$1"; }; }
for f in ${NAMED.join(" ")}; do show "$f" 65536; done
for f in ${LOCKS.join(" ")}; do show "$f" 600; done
printf '%s\\n' "$paths" | grep -E '^(\\.github/workflows/[^/]+\\.ya?ml|(requirements[^/]*|[^/]*-requirements)\\.txt|requirements/[^/]+\\.txt|\\.cursor/rules/[^/]+\\.mdc?)$' | head -n 30 | while IFS= read -r f; do show "$f" 32768; done
printf '%s\\n' "$paths" | grep -E '^([^/]+/){1,3}(package\\.json|pyproject\\.toml|go\\.mod|Cargo\\.toml|AGENTS\\.md)$' | head -n 80 | while IFS= read -r f; do show "$f" 16384; done
containing() { tr '\\n' '\\0' | xargs -0 -r grep -lE "$1" 2>/dev/null; }
section imports node:test; printf '%s\\n' "$paths" | grep -E '\\.[cm]?[jt]sx?$' | grep -iE 'test|spec' | head -n 300 | containing "['\\"](node:test|bun:test)['\\"]"
section imports pytest; printf '%s\\n' "$paths" | grep -E '(^|/)(test_[^/]*|[^/]*_test|conftest|tests?)\\.py$' | head -n 300 | containing '^ *(import|from) pytest|^(async )?def test_'
section imports unittest; printf '%s\\n' "$paths" | grep -E '\\.py$' | grep -i test | head -n 300 | containing '^ *(import|from) (unittest|django\\.test)'
section imports minitest; printf '%s\\n' "$paths" | grep -E '^test/.*\\.rb$' | head -n 300 | containing "minitest|Minitest::|ActiveSupport::TestCase"
section imports test-unit; printf '%s\\n' "$paths" | grep -E '^test/.*\\.rb$' | head -n 300 | containing "test/unit|Test::Unit"
section digests ""
git rev-parse -q --verify 'HEAD^{tree}' 2>/dev/null | sed 's/$/\\t./'
git ls-files -s 2>/dev/null | sed -nE 's/^[0-9]+ ([0-9a-f]+) [0-9]\\t/\\1\\t/p' | grep -E "$(printf '\\t')" | grep -E '${INSTALL_FILES.replaceAll("(^|/)", "(\t|/)")}' | head -n 2000
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
    digests: new Map(
      of("digests").flatMap((section) =>
        linesOf(section.text).flatMap((line) => {
          const [id = "", path = ""] = line.split("\t")
          return id === "" || path === "" ? [] : [[path, id] as const]
        }),
      ),
    ),
  }
}

/** The snapshot of one package of a monorepo, with its paths made relative to it. */
export const within = (snapshot: Snapshot, folder: string): Snapshot => {
  const cut = (path: string) => (path.startsWith(`${folder}/`) ? [path.slice(folder.length + 1)] : [])
  return {
    tools: snapshot.tools,
    digests: snapshot.digests,
    paths: snapshot.paths.flatMap(cut),
    files: new Map([...snapshot.files].flatMap(([path, text]) => cut(path).map((short) => [short, text] as const))),
    imports: new Map([...snapshot.imports].map(([kind, paths]) => [kind, paths.flatMap(cut)])),
  }
}
