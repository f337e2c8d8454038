/**
 * Text by people without write access, by models and by tools, made harmless before GitHub renders it under Loom's name
 * (design section 8). A zero-width space breaks what would act and leaves what is read; every function may be applied twice.
 * (`untrusted-text.ts` is the other direction: foreign text on its way to a model.)
 */

const BREAK = "\u200b"

/** Zero-width and bidirectional controls, soft hyphen, byte-order mark, tag characters: they hide or reorder words. */
const HIDDEN = /[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]|[\u{e0000}-\u{e007f}]/gu
// oxlint-disable-next-line no-control-regex -- these are exactly the characters that must go
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g
// oxlint-disable-next-line no-control-regex -- ANSI CSI and OSC sequences of terminals (ECMA-48)
const ANSI = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g

/** Terminal colours, control characters and hidden characters removed; `\r\n` and lone `\r` become `\n`. */
export const visible = (text: string): string => text.replace(ANSI, "").replace(/\r\n?/g, "\n").replace(CONTROLS, "").replace(HIDDEN, "")

/**
 * Markdown that cannot act: no mention notifies, no `Fixes #1` closes, no HTML (nor Loom's own marker) is parsed, no image
 * is fetched. https://docs.github.com/issues/tracking-your-work-with-issues/linking-a-pull-request-to-an-issue
 */
export const neutralise = (text: string): string =>
  visible(text)
    .replace(/@(?=[\w-])/g, `@${BREAK}`)
    .replace(/#(?=\d)/g, `#${BREAK}`)
    .replace(/(GH)-(?=\d)/gi, `$1-${BREAK}`)
    .replace(/\/(issues|pull|pulls|discussions)\/(?=\d)/gi, `/$1/${BREAK}`)
    .replace(/<(?=[a-z!/?])/gi, `<${BREAK}`)
    .replace(/!(?=\[)/g, `!${BREAK}`)

/** An opening or closing code fence (CommonMark 4.5). */
const FENCE = /^ {0,3}(`{3,}|~{3,})/

/** Paragraphs and lists of harmless text: a code block left open is closed, and headings do not pass for Loom's own. */
export const prose = (text: string): string => {
  let open: string | null = null
  const lines = neutralise(text)
    .trim()
    .split("\n")
    .map((line) => {
      const mark = FENCE.exec(line)?.[1]
      if (mark === undefined) return open === null ? line.replace(/^( {0,3})(?=#{1,6}(\s|$))/, "$1\\") : line
      if (open === null) open = mark
      else if (mark[0] === open[0] && mark.length >= open.length && line.trim() === mark) open = null
      return line
    })
  return open === null ? lines.join("\n") : [...lines, open].join("\n")
}

/** One line of harmless text, at most `max` characters: for titles, table cells and list items. */
export const oneLine = (text: string, max = 300): string => {
  const line = neutralise(text).replace(/\s+/g, " ").trim()
  return line.length <= max ? line : `${cut(line, max - 1)}…`
}

/** The first `max` UTF-16 units, never half a surrogate pair. */
export const cut = (text: string, max: number): string => {
  const end = text.slice(0, max)
  return /[\ud800-\udbff]$/.test(end) ? end.slice(0, -1) : end
}

/** A fenced block that its content cannot leave: the fence is longer than any run of backticks inside (CommonMark 4.5). */
export const fence = (text: string, language = ""): string => {
  const body = visible(text).replace(/\n+$/, "")
  const longest = (body.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 2)
  const ticks = "`".repeat(longest + 1)
  return `${ticks}${language}\n${body}\n${ticks}`
}

/** Inline code that its content cannot leave (CommonMark 6.1). Empty text is a dash. */
export const code = (text: string, max = 200): string => {
  const line = cut(visible(text).replace(/\s+/g, " ").trim(), max).trim()
  if (line === "") return "–"
  const longest = (line.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 0)
  const ticks = "`".repeat(longest + 1)
  const pad = line.startsWith("`") || line.endsWith("`") ? " " : ""
  return `${ticks}${pad}${line}${pad}${ticks}`
}

/** Inline code inside a table cell: GitHub splits cells at `|` even within code unless it is escaped (GFM 4.10). */
export const cell = (text: string, max = 160): string => code(text, max).replace(/\|/g, "\\|")
