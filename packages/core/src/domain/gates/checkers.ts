import type { GateFinding } from "../Gate.ts"

/** What a repository says about its own checks: the names in its directory and the text of the files that may hold a tool's settings. */
export interface CheckerSnapshot {
  readonly names: ReadonlySet<string>
  readonly texts: ReadonlyMap<string, string>
}

/** One tool of a repository's own. `script` runs in the package's directory with the changed files as `"$@"`. */
export interface Checker {
  readonly name: string
  readonly gate: "lint" | "types"
  /** Changed files it is asked about; a change without any does not start it. */
  readonly files: RegExp
  readonly configured: (snapshot: CheckerSnapshot) => boolean
  readonly script: string
  readonly format: "lines" | "eslint" | "github" | "files"
  /** Lines of `lines` that count; others are advice. */
  readonly counts?: RegExp
}

const has =
  (...names: ReadonlyArray<string | RegExp>) =>
  (snapshot: CheckerSnapshot) =>
    names.some((name) => (typeof name === "string" ? snapshot.names.has(name) : [...snapshot.names].some((known) => name.test(known))))
const says = (file: string, pattern: RegExp) => (snapshot: CheckerSnapshot) => pattern.test(snapshot.texts.get(file) ?? "")
const either =
  (...tests: ReadonlyArray<(snapshot: CheckerSnapshot) => boolean>) =>
  (snapshot: CheckerSnapshot) =>
    tests.some((test) => test(snapshot))

const PY = /\.pyi?$/
const JS = /\.[cm]?[jt]sx?$/

/** In order; the first four that are configured run. */
export const checkers: ReadonlyArray<Checker> = [
  {
    name: "eslint",
    gate: "lint",
    files: JS,
    configured: either(has(/^eslint\.config\.[cm]?[jt]s$/, /^\.eslintrc/), says("package.json", /"eslintConfig"\s*:/)),
    script: 'eslint --format json --no-error-on-unmatched-pattern "$@"',
    format: "eslint",
  },
  {
    name: "oxlint",
    gate: "lint",
    files: JS,
    configured: has(".oxlintrc.json"),
    script: 'oxlint --format unix "$@"',
    format: "lines",
    counts: /\[Error\//,
  },
  {
    name: "biome",
    gate: "lint",
    files: /\.([cm]?[jt]sx?|json|css)$/,
    configured: has("biome.json", "biome.jsonc"),
    script: 'biome lint --reporter=github "$@"',
    format: "github",
  },
  {
    name: "tsc",
    gate: "types",
    files: /\.[cm]?tsx?$/,
    configured: has("tsconfig.json"),
    script: "tsc --noEmit --pretty false -p .",
    format: "lines",
    counts: /error TS/,
  },
  {
    name: "ruff",
    gate: "lint",
    files: PY,
    configured: either(has("ruff.toml", ".ruff.toml"), says("pyproject.toml", /^\[tool\.ruff/m)),
    script: 'ruff check --no-cache --output-format concise "$@"',
    format: "lines",
  },
  {
    name: "flake8",
    gate: "lint",
    files: PY,
    configured: either(has(".flake8"), says("setup.cfg", /^\[flake8\]/m), says("tox.ini", /^\[flake8\]/m)),
    script: 'flake8 "$@"',
    format: "lines",
  },
  {
    name: "mypy",
    gate: "types",
    files: PY,
    configured: either(has("mypy.ini", ".mypy.ini"), says("pyproject.toml", /^\[tool\.mypy/m), says("setup.cfg", /^\[mypy/m)),
    script: 'mypy --no-error-summary --cache-dir=/dev/null "$@"',
    format: "lines",
    counts: /: error:/,
  },
  { name: "gofmt", gate: "lint", files: /\.go$/, configured: has("go.mod"), script: 'gofmt -l "$@"', format: "files" },
  {
    name: "go vet",
    gate: "types",
    files: /\.go$/,
    configured: has("go.mod"),
    script: 'for f in "$@"; do dirname "./$f"; done | sort -u | xargs go vet 2>&1',
    format: "lines",
  },
  {
    name: "rustfmt",
    gate: "lint",
    files: /\.rs$/,
    configured: has("rustfmt.toml", ".rustfmt.toml"),
    script: 'rustfmt --check -l "$@"',
    format: "files",
  },
  {
    name: "cargo clippy",
    gate: "lint",
    files: /\.rs$/,
    configured: either(has("clippy.toml", ".clippy.toml"), says("Cargo.toml", /^\[lints/m)),
    script: "cargo clippy --offline --quiet --message-format short 2>&1",
    format: "lines",
    counts: /: (?:warning|error)/,
  },
  {
    name: "rubocop",
    gate: "lint",
    files: /\.rb$/,
    configured: has(".rubocop.yml"),
    script: 'rubocop --format emacs --cache false "$@"',
    format: "lines",
  },
  {
    name: "phpstan",
    gate: "types",
    files: /\.php$/,
    configured: has("phpstan.neon", "phpstan.neon.dist"),
    script: 'vendor/bin/phpstan analyse --error-format=raw --no-progress "$@"',
    format: "lines",
  },
  {
    name: "shellcheck",
    gate: "lint",
    files: /\.(sh|bash)$/,
    configured: has(".shellcheckrc"),
    script: 'shellcheck -f gcc "$@"',
    format: "lines",
  },
]

/** Files that decide what a checker says. */
export const isCheckerConfig = (path: string): boolean =>
  /(^|\/)(eslint\.config\.[cm]?[jt]s|\.eslintrc[\w.]*|\.eslintignore|\.oxlintrc\.json|biome\.jsonc?|tsconfig[\w.]*\.json|\.?ruff\.toml|\.flake8|\.?mypy\.ini|\.?rustfmt\.toml|\.?clippy\.toml|\.rubocop[\w.]*\.yml|phpstan\.neon(\.dist)?|\.shellcheckrc|\.golangci\.ya?ml)$/.test(
    path,
  )

const LINE = /^(?<file>[^\s:(][^:(]*)[:(](?<line>\d+)(?:[:,]\d+)?\)?:?\s+(?<message>\S.*)$/
const GITHUB = /^::(?:error|warning) (?<fields>[^:]*)::(?<message>.*)$/

const finding = (name: string, file: string, line: number | null, message: string): GateFinding => ({
  severity: "block",
  file: file.replace(/^\.\//, ""),
  line: line !== null && line > 0 ? line : null,
  text: "",
  explanation: `${name}: ${message.trim().slice(0, 300)}`,
})

const readEslint = (name: string, text: string): ReadonlyArray<GateFinding> => {
  const at = text.indexOf("[")
  const parsed = ((): unknown => {
    try {
      return JSON.parse(text.slice(at))
    } catch {
      return []
    }
  })()
  if (!Array.isArray(parsed)) return []
  return parsed.flatMap((file: { filePath?: unknown; messages?: ReadonlyArray<Record<string, unknown>> }) =>
    (file.messages ?? [])
      .filter((message) => message["severity"] === 2)
      .map((message) =>
        finding(name, String(file.filePath), Number(message["line"] ?? 0), `${String(message["message"])} (${String(message["ruleId"])})`),
      ),
  )
}

/** A tool's findings from its output; paths as the tool told them, `root` (the directory it ran in) taken off. */
export const readFindings = (checker: Checker, output: string, root: string): ReadonlyArray<GateFinding> => {
  const inside = (found: GateFinding): GateFinding => ({
    ...found,
    file: found.file?.startsWith(`${root}/`) === true ? found.file.slice(root.length + 1) : found.file,
  })
  if (checker.format === "eslint") return readEslint(checker.name, output).map(inside)
  return output.split("\n").flatMap((line): ReadonlyArray<GateFinding> => {
    if (checker.format === "files") return /^\S+\.\w+$/.test(line) ? [inside(finding(checker.name, line, null, "is not formatted"))] : []
    if (checker.format === "github") {
      const { fields = "", message = "" } = GITHUB.exec(line)?.groups ?? {}
      const file = /\bfile=([^,]+)/.exec(fields)?.[1]
      return file === undefined ? [] : [inside(finding(checker.name, file, Number(/\bline=(\d+)/.exec(fields)?.[1] ?? 0), message))]
    }
    const groups = LINE.exec(line)?.groups
    if (groups === undefined || (checker.counts !== undefined && !checker.counts.test(line))) return []
    return [inside(finding(checker.name, groups["file"] ?? "", Number(groups["line"]), groups["message"] ?? ""))]
  })
}

/** Findings of the head that the base has not: the same file and words are the same finding, wherever it moved to. */
export const newFindings = (base: ReadonlyArray<GateFinding>, head: ReadonlyArray<GateFinding>): ReadonlyArray<GateFinding> => {
  const key = (found: GateFinding) => `${found.file}\0${found.explanation.replaceAll(/\d+/g, "#")}`
  const left = new Map<string, number>()
  for (const found of base) left.set(key(found), (left.get(key(found)) ?? 0) + 1)
  return head.filter((found) => {
    const known = left.get(key(found)) ?? 0
    left.set(key(found), known - 1)
    return known <= 0
  })
}
