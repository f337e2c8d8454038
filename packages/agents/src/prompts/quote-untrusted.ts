import { sanitizeUntrusted, strippedNote } from "@loom/core/domain/untrusted-text"

/**
 * A foreign text between tags that name its origin. Hidden parts are stripped and said to be; a text that writes the tags
 * itself cannot close them. `origin` is Loom's own wording around a login or path, which is cleaned as well.
 */
export const quoteUntrusted = (origin: string, text: string, limit = 20_000): string => {
  const sanitized = sanitizeUntrusted(text)
  const note = strippedNote(sanitized)
  const inside = sanitized.text.replaceAll(/<(?=\s*\/?\s*untrusted)/gi, "‹")
  const cut = inside.length > limit ? `${inside.slice(0, limit)}\n[… ${inside.length - limit} characters left out]` : inside
  return `<untrusted origin="${sanitizeUntrusted(origin)
    .text.replaceAll(/[<>"\n]/g, "")
    .slice(0, 200)}">\n${cut}\n</untrusted>${note === "" ? "" : `\n(${note})`}`
}
