/** Comments and pull request bodies: 65,536 characters, more is a 422. */
export const MAX_BODY = 65_536
/** `output.summary` of a check run: 65,535 characters (GitHub's OpenAPI description). */
export const MAX_SUMMARY = 65_535
/** Titles of issues and pull requests. */
export const MAX_TITLE = 256

const NOTE = "\n\n*(cut here: the text is longer than GitHub takes)*\n"

/** At most `max` UTF-16 units, with a note where something is missing; never half a surrogate pair. The beginning stays, and with it Loom's marker. */
export const cutTo = (text: string, max: number, note: string = NOTE): string => {
  if (text.length <= max) return text
  const end = text.slice(0, max - note.length)
  return (/[\ud800-\udbff]$/.test(end) ? end.slice(0, -1) : end) + note
}
