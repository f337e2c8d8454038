import { nearestLines } from "./nearest-lines.ts"

export type Replacement =
  | { readonly _tag: "Replaced"; readonly text: string; readonly line: number; readonly note: string | null }
  /** The text already is as wanted: a repeated step, or a model that repeats itself. */
  | { readonly _tag: "AlreadyApplied" }
  | { readonly _tag: "Refused"; readonly explanation: string }

const refused = (explanation: string): Replacement => ({ _tag: "Refused", explanation })

/** Where `part` stands in `text`, overlapping finds left out. */
const positions = (text: string, part: string): ReadonlyArray<number> => {
  const found: Array<number> = []
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + part.length)) found.push(at)
  return found
}

const lineOf = (text: string, position: number): number => text.slice(0, position).split("\n").length

const usesCrlf = (text: string): boolean => (text.split("\r\n").length - 1) * 2 > text.split("\n").length - 1

/** `\n` as the file writes it. */
const withLineEndings = (text: string, crlf: boolean): string => (crlf ? text.replaceAll(/\r?\n/g, "\r\n") : text)

/** Lines of `file` that equal those of `old` but for trailing white space: `[start, end)` offsets of each match. */
const looseMatches = (file: string, old: string): ReadonlyArray<readonly [number, number]> => {
  const bare = (line: string) => line.trimEnd()
  const wanted = old
    .replace(/\r?\n$/, "")
    .split("\n")
    .map(bare)
  const lines = file.split("\n")
  const starts = lines.reduce<Array<number>>((offsets, line) => [...offsets, (offsets.at(-1) ?? 0) + line.length + 1], [0])
  const found: Array<readonly [number, number]> = []
  for (let first = 0; first + wanted.length <= lines.length; first++)
    if (wanted.every((line, index) => bare(lines[first + index] ?? "") === line)) {
      const last = first + wanted.length - 1
      const carriage = lines[last]?.endsWith("\r") === true ? 1 : 0
      found.push([starts[first] ?? 0, (starts[last] ?? 0) + (lines[last]?.length ?? 0) - carriage])
    }
  return found
}

/**
 * Replaces the one place where `oldText` stands. Line endings and a byte order mark of the file stay; when nothing matches
 * exactly, whole lines may differ in trailing white space. Doing it twice is doing it once, wherever that can be told: a place
 * that already reads `newText` is not replaced again.
 */
export const replaceText = (file: string, oldText: string, newText: string): Replacement => {
  if (oldText === "") return refused("oldText is empty. Use the write tool to create a file.")
  if (oldText === newText) return refused("oldText and newText are the same: nothing would change.")
  const crlf = usesCrlf(file)
  const wanted = withLineEndings(newText, crlf)
  const old = file.includes(oldText) ? oldText : withLineEndings(oldText, crlf)
  // An insertion repeats its anchor in the new text; anchors inside an earlier insertion do not count.
  const covered = wanted.includes(old) ? positions(file, wanted) : []
  const open = positions(file, old).filter((at) => !covered.some((start) => at >= start && at + old.length <= start + wanted.length))
  const replace = (start: number, end: number, note: string | null): Replacement => ({
    _tag: "Replaced",
    text: file.slice(0, start) + wanted + file.slice(end),
    line: lineOf(file, start),
    note,
  })
  const [only] = open
  if (open.length > 1)
    return refused(
      `oldText stands in ${open.length} places (lines ${open
        .slice(0, 10)
        .map((at) => lineOf(file, at))
        .join(", ")}); it must stand in exactly one. Include more of the lines around it.`,
    )
  if (only !== undefined) return replace(only, only + old.length, null)
  if (covered.length > 0) return { _tag: "AlreadyApplied" }
  // A short text may stand there by chance; then a wrong oldText must not pass for done.
  if (wanted.trim().length >= 4 && positions(file, wanted).length === 1) return { _tag: "AlreadyApplied" }
  const loose = oldText.trim() === "" ? [] : looseMatches(file, oldText)
  const [match] = loose
  if (match !== undefined && loose.length === 1) {
    // Whole lines were matched, so a final line break of the old text is not part of the match.
    const trimmed = oldText.endsWith("\n") ? wanted.replace(/\r?\n$/, "") : wanted
    return {
      _tag: "Replaced",
      text: file.slice(0, match[0]) + trimmed + file.slice(match[1]),
      line: lineOf(file, match[0]),
      note: "matched but for trailing white space",
    }
  }
  if (loose.length > 1)
    return refused(
      `oldText stands in ${loose.length} places, trailing white space aside; it must stand in exactly one. Include more of the lines around it.`,
    )
  const near = nearestLines(file, oldText)
  return refused(
    `oldText is not in the file.${near === null ? " Read the file first." : ` The nearest lines are:\n${near}\nCopy them exactly, without the line numbers.`}`,
  )
}
