/** `*` within a folder, `**` across folders, `?` one character; a pattern that ends in `/` means everything below. */
export const matchesGlob = (path: string, pattern: string): boolean => {
  const full = pattern.replace(/^\.?\//, "").replace(/\/$/, "/**")
  let source = ""
  for (let index = 0; index < full.length; index++) {
    const rest = full.slice(index)
    if (rest.startsWith("**/")) {
      source += "(?:.*/)?"
      index += 2
    } else if (rest.startsWith("**")) {
      source += ".*"
      index += 1
    } else if (rest.startsWith("*")) source += "[^/]*"
    else if (rest.startsWith("?")) source += "[^/]"
    else source += (full[index] ?? "").replace(/[.+^${}()|[\]\\]/, "\\$&")
  }
  return new RegExp(`^${source}$`).test(path)
}

/** Protected by default (design section 8): what runs with the repository's rights, says who may approve, or instructs agents. */
const PROTECTED = [
  ".github/workflows/**",
  ".github/actions/**",
  "CODEOWNERS",
  ".github/CODEOWNERS",
  "docs/CODEOWNERS",
  ".github/loom.yml",
  "**/AGENTS.md",
  "**/AGENT.md",
  "**/CLAUDE.md",
  "**/GEMINI.md",
  ".claude/**",
  ".cursor/**",
  "**/.cursorrules",
  ".windsurfrules",
  ".github/copilot-instructions.md",
  ".github/instructions/**",
  ".openhands/**",
  ".agents/**",
]

export const isProtected = (path: string, more: ReadonlyArray<string>, allowed: ReadonlyArray<string>): boolean =>
  [...PROTECTED, ...more].some((pattern) => matchesGlob(path, pattern)) && !allowed.some((pattern) => matchesGlob(path, pattern))

export const isSnapshot = (path: string): boolean =>
  /\.snap$|\.ambr$|(^|\/)__snapshots__\/|-snapshots\/|\.(approved|golden)(\.\w+)?$/.test(path)

const SOURCE = /\.([cm]?[jt]sx?|vue|svelte|py|go|rs|rb|php|java|kt|cs|swift|exs?)$/

/** Files that hold tests, by the conventions of the runners Loom knows. */
export const isTestFile = (path: string): boolean =>
  !isSnapshot(path) &&
  SOURCE.test(path) &&
  (/(^|\/)(__tests__|tests?|specs?|e2e)\//.test(path) ||
    /(^|[._-])(test|spec|tests)\.[cm]?[jt]sx?$/.test(path) ||
    /(^|\/)test_[^/]*\.py$|_test\.(py|go|rb|exs?)$|(^|\/)tests?\.(py|rs)$|_spec\.rb$|Tests?\.(java|kt|cs|php|swift)$/.test(path))

/** Files that say which tests run and how. */
export const isRunnerConfig = (path: string): boolean =>
  /(^|\/)((jest|vitest|vite|karma|ava|playwright|cypress|web-test-runner)\.(config|conf|workspace)\.[cm]?[jt]sx?|jest\.config\.json|\.mocharc(\.\w+)?|mocha\.opts|\.taprc|\.nycrc(\.\w+)?|\.c8rc(\.json)?|pytest\.ini|\.pytest\.ini|tox\.ini|setup\.cfg|noxfile\.py|\.coveragerc|conftest\.py|phpunit\.xml(\.dist)?|\.rspec|codecov\.ya?ml|\.codecov\.ya?ml|jasmine\.json)$/.test(
    path,
  )

/** Code that is neither test, snapshot nor configuration. */
export const isProduction = (path: string): boolean => SOURCE.test(path) && !isTestFile(path) && !isRunnerConfig(path)
