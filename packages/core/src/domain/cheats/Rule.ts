import { declaredTest } from "../test-code.ts"
import type { DiffFile, DiffLine } from "../unified-diff.ts"
import type { CheatFinding } from "../Verdict.ts"

export type RuleName = CheatFinding["rule"]
export type Found = ReadonlyArray<CheatFinding>

/** What else is known besides the diff. */
export interface Evidence {
  /** Text of tests that stay as they are: what they expect may be copied into the code. Empty when it is not known. */
  readonly testText: string
}

/** One row of the table of rules: looks at one file of the change, with the others at hand. */
export interface CheatRule {
  readonly rule: RuleName
  /** What it finds, for the documentation. */
  readonly what: string
  readonly find: (file: DiffFile, files: ReadonlyArray<DiffFile>, evidence: Evidence) => Found
}

const MAX_LINE = 300

export const finding = (
  rule: RuleName,
  severity: CheatFinding["severity"],
  file: DiffFile,
  line: string | DiffLine,
  explanation: string,
): CheatFinding => {
  const text = typeof line === "string" ? line : line.text
  const at = typeof line === "string" ? file.lines.find((known) => known.kind !== "context" && known.text === line) : line
  return {
    rule,
    severity,
    file: file.path,
    line: text.trim().slice(0, MAX_LINE),
    ...(at === undefined ? {} : { lineNumber: Math.max(1, at.number) }),
    explanation,
  }
}

export const linesOf = (file: DiffFile, kind: DiffLine["kind"]): ReadonlyArray<DiffLine> => file.lines.filter((line) => line.kind === kind)
export const texts = (file: DiffFile, kind: DiffLine["kind"]): ReadonlyArray<string> => linesOf(file, kind).map((line) => line.text)
/** Test declarations among the lines. */
export const named = (lines: ReadonlyArray<string>): ReadonlyArray<{ readonly title: string; readonly line: string }> =>
  lines.flatMap((line) => {
    const title = declaredTest(line)
    return title === null ? [] : [{ title, line }]
  })

/** `src/sum.test.js`, `test_sum.py`, `SumTest.java` and `sum_spec.rb` are all about `sum`. */
export const stem = (path: string): string =>
  (path.split("/").at(-1) ?? path)
    .replace(/\.[^.]+$/, "")
    .replace(/[._-](test|spec|tests|e2e|cy)$/i, "")
    .replace(/^test[_-]/i, "")
    .replace(/(?<=[a-z\d])(Tests?|IT|Spec)$/, "")
    .replace(/^Test(?=[A-Z])/, "")
    .toLowerCase()

/** Rules compare the two sides of a block line by line. */
const MAX_BLOCK = 2_000

/** Runs of removed lines and the added lines that took their place. */
export const replacements = (
  file: DiffFile,
): ReadonlyArray<{ readonly removed: ReadonlyArray<DiffLine>; readonly added: ReadonlyArray<DiffLine> }> => {
  const blocks: Array<{ removed: Array<DiffLine>; added: Array<DiffLine> }> = []
  let open = false
  file.lines.forEach((line, index) => {
    if (line.kind === "context" || file.headings.has(index)) open = false
    if (line.kind === "context") return
    if (!open) blocks.push({ removed: [], added: [] })
    open = true
    const side = blocks.at(-1)?.[line.kind]
    if (side !== undefined && side.length < MAX_BLOCK) side.push(line)
  })
  return blocks
}

/** Whether a line stands in a test that was there before: the nearest declaration above it is not new. */
export const inOldTest = (file: DiffFile, line: DiffLine): boolean => {
  const index = file.lines.indexOf(line)
  const known = new Set(named(texts(file, "removed")).map((test) => test.title))
  const above = file.lines
    .slice(Math.max(0, index - 500), index)
    .findLast((near) => near.kind !== "removed" && declaredTest(near.text) !== null)
  if (above === undefined) return file.status !== "added"
  return above.kind === "context" || known.has(declaredTest(above.text) ?? "")
}

export interface LineRule {
  readonly rule: RuleName
  readonly what: string
  readonly where: (file: DiffFile) => boolean
  readonly severity: CheatFinding["severity"]
  readonly pattern: RegExp
  /** A line that also says this is no finding. */
  readonly unless?: RegExp
  readonly explanation: string
}

/** A rule over added lines; a line of the same kind that was there before pays for one that is there now. */
export const lineRule = ({ rule, what, where, severity, pattern, unless, explanation }: LineRule): CheatRule => ({
  rule,
  what,
  find: (file) => {
    if (!where(file)) return []
    const hits = (line: DiffLine) => pattern.test(line.text) && (unless === undefined || !unless.test(line.text))
    const before = linesOf(file, "removed").filter(hits).length
    return linesOf(file, "added")
      .filter(hits)
      .slice(before)
      .slice(0, 5)
      .map((line) => finding(rule, severity, file, line, explanation))
  },
})
