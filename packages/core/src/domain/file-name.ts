const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

/** Bytes of the character that begins at `at`, by its first byte (RFC 3629 table 3-7); 1 for what begins none. */
const lengthAt = (bytes: Uint8Array, at: number): number => {
  const first = bytes[at] ?? 0
  return first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1
}

/**
 * The name of a file as text. Names are bytes: one that is no UTF-8 is shown as `\xe9`, so that two such names stay two. Patches carry the
 * name itself; this is what Loom compares and shows.
 */
export const fileName = (bytes: Uint8Array): string => {
  try {
    return UTF8.decode(bytes)
  } catch {
    let text = ""
    for (let at = 0; at < bytes.length;) {
      const length = lengthAt(bytes, at)
      try {
        text += UTF8.decode(bytes.subarray(at, at + length))
        at += length
      } catch {
        text += `\\x${(bytes[at++] ?? 0).toString(16).padStart(2, "0")}`
      }
    }
    return text
  }
}

/** What stands behind a backslash in a name that git quotes (`quote.c`, as in C); anything else stands for itself. */
const ESCAPES: Readonly<Record<string, number>> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13 }

/** A name as git prints it with `core.quotePath`: in quotes where it has unusual bytes, `"a/caf\303\251\n.js"`. */
export const unquoteName = (name: string): string => {
  if (!name.startsWith('"')) return name
  const bytes: Array<number> = []
  const add = (text: string) => bytes.push(...new TextEncoder().encode(text))
  for (const [whole, octal, letter] of name.slice(1, -1).matchAll(/\\([0-3][0-7]{2})|\\([\s\S])|[^\\]+|\\$/g)) {
    if (octal !== undefined) bytes.push(Number.parseInt(octal, 8))
    else if (letter !== undefined) {
      const byte = ESCAPES[letter]
      if (byte === undefined) add(letter)
      else bytes.push(byte)
    } else add(whole)
  }
  return fileName(new Uint8Array(bytes))
}
