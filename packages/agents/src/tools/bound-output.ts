/** The most a tool puts into the conversation; the rest of a long output rarely helps and always costs. */
export const MAX_OUTPUT_CHARS = 24_000

/** Keeps head and tail, whole lines where that is possible, and says what is missing and how to see it. */
export const boundOutput = (text: string, hint: string, limit = MAX_OUTPUT_CHARS): string => {
  if (text.length <= limit) return text
  const half = Math.floor(limit / 2)
  const headEnd = text.lastIndexOf("\n", half)
  const tailStart = text.indexOf("\n", text.length - half)
  const head = text.slice(0, headEnd > half / 2 ? headEnd : half)
  const tail = text.slice(tailStart !== -1 && tailStart < text.length - half / 2 ? tailStart + 1 : text.length - half)
  return `${head}\n[… ${text.length - head.length - tail.length} characters left out. ${hint}]\n${tail}`
}
