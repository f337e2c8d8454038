const escape = String.fromCharCode(27)
const ansi = new RegExp(`${escape}(?:\\[[0-9;?]*[ -/]*[@-~]|\\][^${String.fromCharCode(7)}]*${String.fromCharCode(7)}?|[@-Z\\\\-_])`, "g")
/**
 * Control characters and invisible or direction-turning ones: they can make a text say what it doesn't.
 * Line breaks, tabs and the joiners that scripts and emoji need (U+200C, U+200D) stay.
 */
const hidden = /(?![\n\t\u200C\u200D])[\p{Cc}\p{Cf}]/gu

/** Text of the API as it may be shown: colours of terminals removed, hidden characters made visible as `⟨U+202E⟩`. */
export const visibleText = (text: string): string =>
  text
    .replace(ansi, "")
    .replaceAll("\r\n", "\n")
    .replaceAll("\r", "\n")
    .replace(hidden, (c) => `⟨U+${(c.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}⟩`)

/** The address if a link may lead there: absolute http or https without credentials. Else null. */
export const safeUrl = (url: string): string | null => {
  const parsed = URL.parse(url)
  return parsed !== null && /^https?:$/.test(parsed.protocol) && parsed.username === "" && parsed.password === "" ? parsed.href : null
}
