import { MASK, redact } from "./redact.ts"

/** A line that is longer is shown up to here; nobody reads it, and what of it could be judged no more is left out. */
const MAX_LINE_CHARS = 65_536
/** Lines of one key, RSA of 16,384 bits included. */
const MAX_KEY_LINES = 250

const BEGIN_OF_KEY = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/
const END_OF_KEY = /-----END [A-Z0-9 ]*PRIVATE KEY-----/
/** What stands between: base64, the headers of RFC 1421, and the quotes and pluses of source code around them. */
const WITHIN_KEY = /^[\s"'`+,\\]*(?:[A-Za-z0-9+/=\\]{1,120}[\s"'`+,\\]*|[A-Za-z-]{1,20}: [^\n]{0,100})?$/

/**
 * Masks secrets in text that arrives in pieces, as output of a program does: nothing of a line is let out before the whole line was seen,
 * and a private key over many lines is one secret. The same text comes out however it was cut.
 */
export class LineRedactor {
  #rest = ""
  #tooLong = false
  /** Lines of a key so far, or null outside of one. */
  #inKey: number | null = null

  /** The lines that `text` completes, masked, without their ends. */
  push(text: string): ReadonlyArray<string> {
    const [first = "", ...others] = text.split("\n")
    const lines: Array<string> = []
    this.#append(first)
    for (const part of others) {
      lines.push(...this.#end())
      this.#append(part)
    }
    return lines
  }

  /** What is left when no more comes. */
  flush(): ReadonlyArray<string> {
    return this.#rest === "" && !this.#tooLong ? [] : this.#end()
  }

  #append(part: string): void {
    if (this.#tooLong) return
    this.#rest += part
    if (this.#rest.length <= MAX_LINE_CHARS) return
    // A secret may begin before the cut: what is not parted from it by a space goes too.
    this.#rest = this.#rest.slice(0, MAX_LINE_CHARS).replace(/\S*$/, "")
    this.#tooLong = true
  }

  #end(): ReadonlyArray<string> {
    const line = this.#rest.replace(/\r$/, "") + (this.#tooLong ? "[… the rest of the line is left out …]" : "")
    this.#rest = ""
    this.#tooLong = false
    return this.#mask(line)
  }

  #mask(line: string): ReadonlyArray<string> {
    if (this.#inKey !== null) {
      const ends = END_OF_KEY.exec(line)
      if (ends !== null) {
        this.#inKey = null
        const after = line.slice(ends.index + ends[0].length)
        return after.trim() === "" ? [] : this.#mask(after)
      }
      if (this.#inKey < MAX_KEY_LINES && WITHIN_KEY.test(line)) {
        this.#inKey += 1
        return []
      }
      this.#inKey = null
    }
    const begin = BEGIN_OF_KEY.exec(line)
    if (begin !== null && !END_OF_KEY.test(line.slice(begin.index))) {
      this.#inKey = 0
      return [`${redact(line.slice(0, begin.index))}${MASK}`]
    }
    return [redact(line)]
  }
}
