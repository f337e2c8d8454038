import type { GateFinding } from "../Gate.ts"
import { isProduction } from "../path-kinds.ts"
import { isComment } from "../test-code.ts"
import type { DiffFile } from "../unified-diff.ts"

/** Lines a test run went through, per file of the repository. */
export interface LineCoverage {
  readonly files: ReadonlyArray<{
    readonly path: string
    /** Line numbers with code that ran. */
    readonly covered: ReadonlyArray<number>
    /** Line numbers with code that did not run. */
    readonly uncovered: ReadonlyArray<number>
  }>
}

export interface ChangeCoverage {
  readonly covered: number
  readonly uncovered: number
  /** Percent; null when no changed line holds code that the tool knows. */
  readonly percent: number | null
  readonly findings: ReadonlyArray<GateFinding>
}

const MAX_LISTED = 10

/** How many of the change's own lines of code the tests of the change ran. Lines that no tool counts (comments, types) do not count. */
export const coverageOfChange = (files: ReadonlyArray<DiffFile>, coverage: LineCoverage): ChangeCoverage => {
  const known = new Map(coverage.files.map((file) => [file.path, file]))
  let covered = 0
  const missed: Array<GateFinding> = []
  for (const file of files.filter((one) => isProduction(one.path))) {
    const lines = known.get(file.path)
    if (lines === undefined) continue
    const ran = new Set(lines.covered)
    const not = new Set(lines.uncovered)
    for (const line of file.lines) {
      if (line.kind !== "added") continue
      if (ran.has(line.number)) covered += 1
      else if (not.has(line.number))
        missed.push({
          severity: "block",
          file: file.path,
          line: line.number,
          text: line.text.trim().slice(0, 300),
          explanation: "No test runs this line.",
        })
    }
  }
  const total = covered + missed.length
  return {
    covered,
    uncovered: missed.length,
    percent: total === 0 ? null : Math.round((1000 * covered) / total) / 10,
    findings: missed.slice(0, MAX_LISTED),
  }
}

/**
 * Coverage of a report that names only the lines no test ran, by file. A changed line of such a file that is not blank, not a comment and
 * not named did run; of a file that is not named nothing is known.
 */
export const fromMissedLines = (files: ReadonlyArray<DiffFile>, missed: Readonly<Record<string, ReadonlyArray<number>>>): LineCoverage => ({
  files: Object.entries(missed).map(([path, lines]) => {
    const not = new Set(lines)
    const changed = files.find((file) => file.path === path)?.lines.filter((line) => line.kind === "added") ?? []
    return {
      path,
      uncovered: lines,
      covered: changed.filter((line) => !not.has(line.number) && !isComment(line.text) && /\w/.test(line.text)).map((line) => line.number),
    }
  }),
})
