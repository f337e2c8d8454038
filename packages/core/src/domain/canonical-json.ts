/** What JSON can say. */
export type Json = null | boolean | number | string | ReadonlyArray<Json> | { readonly [key: string]: Json }

/**
 * The one spelling of a JSON value: RFC 8785 (JCS). Members in the order of their names' UTF-16 code units, no white space,
 * numbers and strings as ECMAScript writes them (which is what the RFC asks for).
 *
 * @throws TypeError for what has no such spelling: NaN, infinities, lone surrogates (RFC 8785 section 3.2.2), and values that
 * JSON does not know. All of it is a mistake of the caller.
 */
export const canonicalJson = (value: Json): string => {
  if (value === null || typeof value === "boolean") return String(value)
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new TypeError(`${value} is no JSON number`)
    // Also -0, which the RFC writes as 0.
    return String(value)
  }
  if (typeof value === "string") return canonicalString(value)
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`
  if (typeof value === "object") return `{${membersOf(value).join(",")}}`
  throw new TypeError(`a ${typeof value} is no JSON value`)
}

const canonicalString = (text: string): string => {
  if (!text.isWellFormed()) throw new TypeError("a string with half a surrogate pair has no canonical form")
  return JSON.stringify(text)
}

/** The default order of strings is that of their UTF-16 code units, as the RFC asks. */
const membersOf = (object: object): ReadonlyArray<string> =>
  Object.entries(object)
    .toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, member]) => `${canonicalString(name)}:${canonicalJson(member)}`)
