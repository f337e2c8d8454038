const MAX_LINES = 20_000
const CONTEXT = 3

/** Pairs of neighbouring characters: two lines that share most of them are nearly the same. */
const pairs = (line: string): Set<string> => {
  const found = new Set<string>()
  for (let index = 0; index + 1 < line.length; index++) found.add(line.slice(index, index + 2))
  return found
}

/** Sørensen–Dice similarity, 0 to 1. */
const similarity = (a: Set<string>, b: Set<string>): number => {
  if (a.size + b.size === 0) return 0
  let shared = 0
  for (const pair of a) if (b.has(pair)) shared++
  return (2 * shared) / (a.size + b.size)
}

/** The place in `file` that most resembles the first telling line of `wanted`, with line numbers; null when nothing does. */
export const nearestLines = (file: string, wanted: string): string | null => {
  const lines = file.split("\n").slice(0, MAX_LINES)
  const target = wanted
    .split("\n")
    .map((line) => line.trim())
    .find((line) => line.length > 3)
  if (target === undefined) return null
  const targetPairs = pairs(target)
  let best = { index: -1, score: 0.4 }
  for (const [index, line] of lines.entries()) {
    const score = similarity(targetPairs, pairs(line.trim()))
    if (score > best.score) best = { index, score }
  }
  if (best.index === -1) return null
  const first = Math.max(0, best.index - CONTEXT)
  return lines
    .slice(first, best.index + CONTEXT + wanted.split("\n").length)
    .slice(0, 40)
    .map((line, index) => `${first + index + 1}\t${line.replace(/\r$/, "")}`)
    .join("\n")
}
