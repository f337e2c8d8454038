import type { Coverage } from "@loom/core/domain/TestReport"

/** The share of lines that a coverage tool prints at the end: istanbul (jest, nyc, c8, vitest), pytest-cov, go, bun, deno, SimpleCov. */
const TABLE: ReadonlyArray<RegExp> = [
  /^All files\s*\|\s*[\d.]+\s*\|\s*[\d.]+\s*\|\s*[\d.]+\s*\|\s*([\d.]+)/gm,
  /^All files\s*\|\s*[\d.]+\s*\|\s*([\d.]+)\s*\|/gm,
  /^Lines\s*:\s*([\d.]+)%/gm,
  /^TOTAL\s+\d+\s+\d+(?:\s+\d+\s+\d+)?\s+([\d.]+)%$/gm,
  /^Line Coverage: ([\d.]+)% \(/gm,
]
/** go's own line, alone or behind `ok  <tab>package`. Looked at line by line: one pattern for all of it took hours for a megabyte of blank lines. */
const goPercents = (text: string): ReadonlyArray<number> =>
  text.split("\n").flatMap((line) => {
    const found = line.includes("coverage: ") ? /coverage: (\d[\d.]{0,10})% of statements/.exec(line) : null
    return found !== null && (found.index === 0 || /^(?:ok|\?)? *\t/.test(line)) ? [Number(found[1])] : []
  })

/** Null where none is told. Only figures that the tool itself prints; for go the mean of its packages. */
export const coverageIn = (text: string): Coverage | null => {
  for (const pattern of TABLE) {
    const found = [...text.matchAll(pattern)].at(-1)
    const percent = Number(found?.[1])
    if (found !== undefined && percent >= 0 && percent <= 100) return { percent }
  }
  const go = goPercents(text).filter((percent) => percent >= 0 && percent <= 100)
  return go.length === 0 ? null : { percent: Math.round((go.reduce((sum, percent) => sum + percent, 0) / go.length) * 100) / 100 }
}
