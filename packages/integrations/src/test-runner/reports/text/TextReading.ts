import type { Runner } from "@loom/core/domain/Recipe"
import type { Figures, Part } from "../Part.ts"

/** The output of a command, colours and redraws removed. */
export interface Output {
  readonly text: string
  readonly lines: ReadonlyArray<string>
}

/** What one reader makes of an output. `at` is the line of the last thing it recognised: the later one speaks for the run. */
export interface TextReading extends Part {
  readonly format: "text"
  readonly counts: Figures
  readonly failing: ReadonlyArray<string>
  readonly at: number
}

/** Null: this output is not of that runner. */
export type TextReader = (output: Output) => TextReading | null

export const none: Figures = { passed: 0, failed: 0, skipped: 0 }

export const reading = (runner: Runner, at: number, more: Partial<Omit<TextReading, "runner" | "at" | "format">> = {}): TextReading => ({
  runner,
  format: "text",
  tests: [],
  loadErrors: [],
  problem: null,
  counts: none,
  failing: [],
  at,
  ...more,
})

export const cut = (runner: Runner): string => `The output of ${runner} ends before its summary: it was cut, or a test ended the process.`

/** The number that `pattern` captures, 0 where it does not match. Never more than a run can have. */
export const number = (text: string, pattern: RegExp): number => {
  const found = pattern.exec(text)?.[1]
  return found === undefined ? 0 : Math.min(Number(found), 1e9)
}

export const lastIndex = (lines: ReadonlyArray<string>, pattern: RegExp): number => lines.findLastIndex((line) => pattern.test(line))

export const matches = (lines: ReadonlyArray<string>, pattern: RegExp): ReadonlyArray<RegExpExecArray> =>
  lines.flatMap((line) => {
    const found = pattern.exec(line)
    return found === null ? [] : [found]
  })

export const add = (a: Figures, b: Figures): Figures => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
})

export const total = (figures: Figures): number => figures.passed + figures.failed + figures.skipped

export const unique = (names: ReadonlyArray<string>): ReadonlyArray<string> => [...new Set(names)]

/**
 * Marks of a progress line (`..F*`), at the beginning of lines. A test that prints without a line break hides some, so that only a
 * clear lack counts: none at all, or less than half of what the summary says.
 */
export const lacksMarks = (lines: ReadonlyArray<string>, marks: RegExp, said: number): boolean => {
  const seen = lines.reduce((sum, line) => sum + (marks.exec(line)?.[0].trim().length ?? 0), 0)
  return said > 0 && seen * 2 < said
}

interface InContext {
  readonly found: RegExpExecArray
  readonly index: number
  /** The last line before it that matches `context`. */
  readonly context: string | null
}

/** Every line that matches, with the last heading before it, in one pass. */
export const withContext = (lines: ReadonlyArray<string>, pattern: RegExp, context: RegExp): ReadonlyArray<InContext> => {
  let last: string | null = null
  return lines.flatMap((line, index) => {
    if (context.test(line)) last = line
    const found = pattern.exec(line)
    return found === null ? [] : [{ found, index, context: last }]
  })
}
