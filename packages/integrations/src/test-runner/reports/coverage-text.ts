import type { Coverage } from "@loom/core/domain/TestReport"

/** The share of lines that a coverage tool prints at the end: istanbul (jest, nyc, c8, vitest), pytest-cov, go, bun, deno, SimpleCov. */
const TABLE: ReadonlyArray<RegExp> = [
  /^All files\s*\|\s*[\d.]+\s*\|\s*[\d.]+\s*\|\s*[\d.]+\s*\|\s*([\d.]+)/gm,
  /^All files\s*\|\s*[\d.]+\s*\|\s*([\d.]+)\s*\|/gm,
  /^Lines\s*:\s*([\d.]+)%/gm,
  /^TOTAL\s+\d+\s+\d+(?:\s+\d+\s+\d+)?\s+([\d.]+)%$/gm,
  /^Line Coverage: ([\d.]+)% \(/gm,
]
const GO = /^(?:ok|\?)?\s*\t.*coverage: ([\d.]+)% of statements|^coverage: ([\d.]+)% of statements/gm

/** Null where none is told. Only figures that the tool itself prints; for go the mean of its packages. */
export const coverageIn = (text: string): Coverage | null => {
  for (const pattern of TABLE) {
    const found = [...text.matchAll(pattern)].at(-1)
    const percent = Number(found?.[1])
    if (found !== undefined && percent >= 0 && percent <= 100) return { percent }
  }
  const go = [...text.matchAll(GO)].map((found) => Number(found[1] ?? found[2])).filter((percent) => percent >= 0 && percent <= 100)
  return go.length === 0 ? null : { percent: Math.round((go.reduce((sum, percent) => sum + percent, 0) / go.length) * 100) / 100 }
}
