import { visible } from "./safe-markdown.ts"

/** One part of Loom's own body, and the headings of a template under which it belongs. */
export interface Section {
  readonly title: string
  readonly matches: RegExp
  readonly body: string
}

/** ATX headings outside code fences (CommonMark 4.2), with the text that follows each. The first part has no heading. */
const parts = (template: string): ReadonlyArray<{ readonly heading: string | null; readonly text: string }> => {
  const found: Array<{ heading: string | null; lines: Array<string> }> = [{ heading: null, lines: [] }]
  let fenced = false
  for (const line of template.split("\n")) {
    if (/^ {0,3}(```|~~~)/.test(line)) fenced = !fenced
    if (!fenced && /^ {0,3}#{1,6}\s/.test(line)) found.push({ heading: line.trimEnd(), lines: [] })
    else found.at(-1)?.lines.push(line)
  }
  return found.map(({ heading, lines }) => ({ heading, text: lines.join("\n").trim() }))
}

const own = (section: Section): string => `## ${section.title}\n\n${section.body}`

/** GitHub's example line: `Fixes #(issue)` and the like; Loom writes its own link. */
const PLACEHOLDER = /^\s*(?:[-*]\s*)?(?:fix(?:es)?|close[sd]?|resolve[sd]?)\s*:?\s*#\s*(?:\(?issue\)?|\d*)\s*$/gim

/** Instructions to the author: invisible on GitHub, and noise in an edited body. */
const COMMENTS = /<!--[\s\S]*?-->/g

/**
 * The repository's template with each heading's section filled in by the first of Loom's sections that belongs there;
 * sections without a place follow in order. Without a template: all sections. Check boxes of the template stay as they
 * are: only a person may tick a promise.
 */
export const fillTemplate = (template: string | null, sections: ReadonlyArray<Section>): ReadonlyArray<string> => {
  const text = visible(template ?? "")
    .replace(COMMENTS, "")
    .replace(PLACEHOLDER, "")
    .trim()
  if (text === "") return sections.map(own)
  const left = [...sections]
  const filled = parts(text).flatMap((part) => {
    if (part.heading === null) return part.text === "" ? [] : [part.text]
    const words = part.heading.replace(/[#*_`:]/g, "").trim()
    const at = left.findIndex((section) => section.matches.test(words))
    const section = at < 0 ? undefined : left.splice(at, 1)[0]
    return [[part.heading, ...(part.text === "" ? [] : [part.text]), ...(section === undefined ? [] : [section.body])].join("\n\n")]
  })
  return [...filled, ...left.map(own)]
}
