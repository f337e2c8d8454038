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
  // Names may hold line feeds.
  return new RegExp(`^${source}$`, "s").test(path)
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

/** Expected output in files of its own: the runners' snapshots and the customary names of golden files. */
export const isSnapshot = (path: string): boolean =>
  /\.snap$|\.ambr$|(^|\/)__snapshots__\/|(^|\/)snapshots\/[^/]+\.(snap|txt|json|html)$|-snapshots\/|\.(approved|golden|expected|stdout|stderr)(\.\w+)?$|(^|\/)(golden|goldens|expected)\/[^/]+$/.test(
    path,
  )

const SOURCE =
  /\.([cm]?[jt]sx?|vue|svelte|py|pyi|go|rs|rb|rake|php|java|kt|kts|scala|groovy|cs|swift|exs?|c|cc|cpp|cxx|h|hh|hpp|sh|bash|zsh|bats|pl|pm|t|lua)$/

/** Files that hold tests, by the conventions of the runners Loom knows. */
export const isTestFile = (path: string): boolean =>
  !isSnapshot(path) &&
  SOURCE.test(path) &&
  (/(^|\/)(__tests__|tests?|t|specs?|e2e)\//.test(path) ||
    /(^|[._-])(test|spec|tests|cy|e2e)\.[cm]?[jt]sx?$/.test(path) ||
    /(^|\/)test_[^/]*\.(py|rb|c|cc|cpp|sh)$|[_-](test|tests|unittest)\.(py|go|rb|exs?|c|cc|cpp|sh)$|(^|\/)tests?\.(py|rs|c|cc|cpp|sh)$|_spec\.rb$|\.bats$|(Tests?|IT|Spec)\.(java|kt|cs|php|swift|scala|groovy)$|(^|\/)Test[A-Z]\w*\.(java|kt)$/.test(
      path,
    ))

/** What belongs to the tests besides themselves: helpers, data and expected output. */
export const isTestSupport = (path: string): boolean =>
  isTestFile(path) || isSnapshot(path) || /(^|\/)(__tests__|__mocks__|__fixtures__|tests?|specs?|e2e|testdata|fixtures)\//.test(path)

/** Files that say which tests run and how. */
export const isRunnerConfig = (path: string): boolean =>
  /(^|\/)((jest|vitest|vite|karma|ava|playwright|cypress|web-test-runner)\.(config|conf|workspace|setup)\.[cm]?[jt]sx?|jest\.config\.json|\.mocharc(\.\w+)?|mocha\.opts|\.taprc|\.nycrc(\.\w+)?|\.c8rc(\.json)?|pytest\.ini|\.pytest\.ini|tox\.ini|setup\.cfg|noxfile\.py|\.coveragerc|conftest\.py|phpunit\.xml(\.dist)?|\.rspec|codecov\.ya?ml|\.codecov\.ya?ml|jasmine\.json|bunfig\.toml|CTestTestfile\.cmake|\.simplecov|nextest\.toml)$/.test(
    path,
  )

/** Code that runs before every test of a suite. */
export const isTestSetup = (path: string): boolean =>
  /(^|\/)((jest|vitest|test|tests|mocha)[._-]?setup[^/]*\.[cm]?[jt]sx?|setup[._-]?(tests?|jest|vitest)[^/]*\.[cm]?[jt]sx?|global[._-]?setup\.[cm]?[jt]s|conftest\.py|(spec|test|rails)_helper\.rb|test_helper\.(bash|sh)|setup_suite\.bash)$/i.test(
    path,
  ) || /(^|\/)(tests?|specs?|__tests__)\/(?:.*\/)?setup\.[cm]?[jt]s$/.test(path)

/** What a continuous integration service runs, besides the protected workflows. */
export const isCiConfig = (path: string): boolean =>
  /^(\.github\/(workflows|actions)\/|\.gitlab-ci\.yml$|\.circleci\/|\.travis\.yml$|azure-pipelines\.ya?ml$|Jenkinsfile$|\.buildkite\/|bitbucket-pipelines\.yml$|\.drone\.yml$|appveyor\.yml$|\.pre-commit-config\.yaml$|\.husky\/)/.test(
    path,
  )

/** Code that is neither test, snapshot nor configuration. */
export const isProduction = (path: string): boolean =>
  SOURCE.test(path) &&
  !isTestFile(path) &&
  !isRunnerConfig(path) &&
  !isTestSetup(path) &&
  !/(^|\/)(\.\w+rc|[\w.-]+\.config)\.[cm]?[jt]s$/.test(path)
