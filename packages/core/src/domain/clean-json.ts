import { redact } from "./redact.ts"
import type { Json } from "./canonical-json.ts"

/**
 * Fit to be shown and to be written canonically: secrets masked in every string (AGENTS.md rule 4), and halves of surrogate
 * pairs, which cutting a text to length leaves behind, replaced by U+FFFD.
 */
export const cleanJson = (value: Json): Json => {
  if (typeof value === "string") return redact(value).toWellFormed()
  if (Array.isArray(value)) return value.map(cleanJson)
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name.toWellFormed(), cleanJson(member)]))
}
