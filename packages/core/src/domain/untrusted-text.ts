/** What was taken out of a foreign text before anybody, person or model, may act on it. */
export interface SanitizedText {
  readonly text: string
  /** HTML comments and Markdown comment definitions (`[//]: # (…)`): GitHub renders neither. */
  readonly comments: number
  /** Characters that show nothing: zero-width, bidirectional, tag, variation-selector and control characters. */
  readonly hiddenCharacters: number
}

/** Stands where a comment stood, so that a reader sees that something was there. */
export const COMMENT_STRIPPED = "[hidden comment removed]"

/**
 * Invisible in a rendered issue and therefore a way to talk to a model behind a person's back: C0 and C1 controls except tab
 * and line breaks, soft hyphen, zero-width and joiner characters, bidirectional controls (Trojan Source, CVE-2021-42574),
 * fillers, variation selectors and the Unicode tag block ("ASCII smuggling").
 */
const HIDDEN =
  // oxlint-disable-next-line no-control-regex, no-misleading-character-class -- naming these characters is the point
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u2028-\u202E\u2060-\u206F\u3164\uFE00-\uFE0F\uFEFF\uFFA0\uFFF0-\uFFFB\u{E0000}-\u{E0FFF}]/gu

/** An unterminated comment hides the rest of the document (CommonMark 4.6, HTML block 2), so it is stripped to the end. */
const HTML_COMMENT = /<!--[\s\S]*?(?:-->|$)/g

/** `[anything]: # (text)`: a link definition nobody links to, the common way to hide text in Markdown. */
const MARKDOWN_COMMENT = /^[ \t]{0,3}\[[^\]\n]*\]:[ \t]*(?:#|<>)[ \t]*["'(].*$/gm

/**
 * Makes a text by a stranger show everything it says (design section 8). Comments are replaced by a visible marker, hidden
 * characters are dropped; what a person sees on GitHub stays as it is. Idempotent.
 */
export const sanitizeUntrusted = (text: string): SanitizedText => {
  let hiddenCharacters = 0
  let comments = 0
  const visible = text.replace(HIDDEN, () => {
    hiddenCharacters++
    return ""
  })
  const mark = () => {
    comments++
    return COMMENT_STRIPPED
  }
  return { text: visible.replace(HTML_COMMENT, mark).replace(MARKDOWN_COMMENT, mark), comments, hiddenCharacters }
}

/** One sentence on what was stripped, or the empty string. */
export const strippedNote = (sanitized: SanitizedText): string => {
  const parts = [
    ...(sanitized.comments > 0 ? [`${sanitized.comments} hidden comment${sanitized.comments === 1 ? "" : "s"}`] : []),
    ...(sanitized.hiddenCharacters > 0
      ? [`${sanitized.hiddenCharacters} invisible character${sanitized.hiddenCharacters === 1 ? "" : "s"}`]
      : []),
  ]
  return parts.length === 0 ? "" : `Loom stripped ${parts.join(" and ")} from this text.`
}
