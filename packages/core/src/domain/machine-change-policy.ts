/**
 * A sentence by which a project forbids machine-written contributions, or null. Conservative: a project that merely mentions
 * AI is not refused; one that says no is respected (product.md).
 */
export const forbidsMachineChanges = (text: string): string | null => {
  const machine = String.raw`(?:AI|LLM|machine|bot|agent)[- ]?(?:generated|written|authored|assisted|made)?`
  const thing = String.raw`(?:code|changes?|contributions?|patches|pull requests?|PRs?|commits?)`
  const refusal = new RegExp(
    [
      String.raw`\b(?:do not|don't|never|must not|may not) (?:submit|open|send|contribute|use)\b[^.\n]{0,40}\b${machine}\b[^.\n]{0,20}\b${thing}\b`,
      String.raw`\b${machine}\s+${thing}\b[^.\n]{0,40}\b(?:are|is|will be) (?:not (?:accepted|allowed|welcome|permitted)|forbidden|prohibited|banned|rejected|closed)\b`,
      String.raw`\bno ${machine}\s+${thing}\b`,
    ].join("|"),
    "i",
  )
  for (const sentence of text.split(/(?<=[.!?])\s|\n{2,}/)) {
    if (refusal.test(sentence)) return sentence.replace(/\s+/g, " ").trim().slice(0, 200)
  }
  return null
}
