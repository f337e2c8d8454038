/** Parts of one exec's output, divided by lines `--<boundary> <kind> <name>`; the boundary is a digest nobody inside could know before. */
export interface Section {
  readonly kind: string
  readonly name: string
  readonly text: string
}

export const parseSections = (boundary: string, output: string): ReadonlyArray<Section> =>
  output
    .split(`\n--${boundary} `)
    .slice(1)
    .map((part) => {
      const newline = part.indexOf("\n")
      const head = newline < 0 ? part : part.slice(0, newline)
      const space = head.indexOf(" ")
      return {
        kind: space < 0 ? head : head.slice(0, space),
        name: space < 0 ? "" : head.slice(space + 1),
        text: newline < 0 ? "" : part.slice(newline + 1),
      }
    })

/** Shell function `section kind name`, writing the line above. */
export const sectionFunction = (boundary: string): string => `section() { printf '\\n--${boundary} %s %s\\n' "$1" "$2"; }\n`
