import type { GateFinding } from "../Gate.ts"
import { isProduction } from "../path-kinds.ts"
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

/** lcov's tracefile (geninfo(1): `SF:`, `DA:<line>,<count>`), `root` taken off its paths. */
export const readLcov = (text: string, root: string): LineCoverage => {
  const files: Array<{ path: string; covered: Array<number>; uncovered: Array<number> }> = []
  for (const line of text.split("\n")) {
    if (line.startsWith("SF:")) {
      const path = line.slice(3).trim().replaceAll("\\", "/")
      files.push({
        path: path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path.replace(/^\.\//, ""),
        covered: [],
        uncovered: [],
      })
    }
    const hit = /^DA:(\d+),(-?\d+)/.exec(line)
    if (hit !== null) files.at(-1)?.[Number(hit[2]) > 0 ? "covered" : "uncovered"].push(Number(hit[1]))
  }
  return { files }
}
