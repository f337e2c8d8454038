import type { Recipe } from "./Recipe.ts"
import type { TestReport } from "./TestReport.ts"

/** What the tests said in their own words: load errors first, then failures, then the end of the output. */
const wordsOf = (report: TestReport): string =>
  [...report.loadErrors.map((error) => error.message), ...report.tests.map((test) => test.message ?? ""), report.outputTail].join("\n")

const OUTPUT = "(?:dist|build|lib|out|es|esm|cjs|pkg)"
/** Words of Node, its bundlers and TypeScript for build output that is not there. */
const NOT_BUILT = new RegExp(
  [
    `Cannot find (?:module|package) ['"][^'"\\n]*/${OUTPUT}/`,
    `(?:ENOENT|no such file or directory)[^\\n]*/${OUTPUT}/`,
    `(?:ERR_MODULE_NOT_FOUND|Could not (?:resolve|find)|Cannot resolve|Failed to (?:load|resolve)(?: import)?)[^\\n]*/${OUTPUT}/`,
    `Failed to resolve entry for package`,
    `valid "main" entry`,
    `may have incorrect main/module/exports`,
  ].join("|"),
  "i",
)

const withBuild = (recipe: Recipe, build: NonNullable<Recipe["build"]>): Recipe => ({
  ...recipe,
  test: recipe.test.map((line, index) =>
    index < recipe.test.length - 1
      ? line
      : {
          command: `${build.command} && ${line.command}`,
          origin: `${line.origin}; build first (${build.origin}): without it the tests of the base commit do not load`,
        },
  ),
})

const isRed = (report: TestReport): boolean => !report.complete || report.loadErrors.length > 0 || report.counts.failed > 0

/**
 * The recipe with the repository's own build in front of its tests, when the tests of the base say that build output is missing: in the
 * same line, so that a change is built again. Null when there is no build script, or nothing speaks of one.
 */
export const missingBuild = (report: TestReport, recipe: Recipe): Recipe | null =>
  recipe.build === undefined || recipe.test.length === 0 || !isRed(report) || !NOT_BUILT.test(wordsOf(report))
    ? null
    : withBuild(recipe, recipe.build)

/** Whether the second recipe's report is the better one: fewer files that do not load, or the first one that can be read. */
export const isMended = (before: TestReport, after: TestReport): boolean =>
  after.complete && (!before.complete || after.loadErrors.length < before.loadErrors.length || after.counts.failed < before.counts.failed)

const NEEDS: ReadonlyArray<readonly [RegExp, (word: string) => string]> = [
  [
    /(?:missing|required|undefined|not set)[^\n]{0,60}\b(?:environment|env)\b[^\n]{0,40}?\b([A-Z][A-Z0-9_]{2,60})\b|\b([A-Z][A-Z0-9]*_[A-Z0-9_]{1,60})\b[^\n]{0,40}(?:is not set|is required|must be set|not (?:defined|found) in (?:the )?env)|KeyError: '([A-Z][A-Z0-9]*_[A-Z0-9_]*)'/,
    (name) =>
      `They ask for the environment variable \`${name}\`, which Loom has not: give it a value in \`test:\` of \`.github/loom.yml\` (no secret), or let the tests do without.`,
  ],
  [
    /ECONNREFUSED (?:127\.0\.0\.1|::1|localhost):(\d{2,5})|could not connect to server[^\n]*port (\d{2,5})|Connection refused[^\n]*:(\d{2,5})/i,
    (port) =>
      `They want a server on port ${port}, which is not there: let the tests start it, or name only those that do without in \`test:\`.`,
  ],
  [/EADDRINUSE[^\n]*?:(\d{2,5})/, (port) => `Two of them want port ${port} at once: let each take a free one (port 0).`],
  [
    /([\w.+-]+): (?:command )?not found|exec: "([\w.+-]+)": executable file not found/,
    (tool) => `They call \`${tool}\`, which is not in the sandbox.`,
  ],
]

/** What the tests lack, as a sentence for a person; null when they do not say. */
export const whatIsMissing = (report: TestReport): string | null => {
  const words = wordsOf(report)
  for (const [pattern, tell] of NEEDS) {
    const found = pattern.exec(words)
    const word = found?.slice(1).find((group) => group !== undefined)
    if (word !== undefined) return tell(word)
  }
  return null
}
