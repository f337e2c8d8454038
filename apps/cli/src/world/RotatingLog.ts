import { appendFileSync, existsSync, readFileSync, renameSync, statSync } from "node:fs"

/** The output of a child process in a file that never grows beyond twice `maxBytes`: the file and one older `<file>.1`. */
export class RotatingLog {
  readonly file: string
  readonly #maxBytes: number
  #bytes: number

  constructor(file: string, maxBytes = 4 * 1024 * 1024) {
    this.file = file
    this.#maxBytes = maxBytes
    this.#bytes = existsSync(file) ? statSync(file).size : 0
  }

  append(chunk: Buffer): void {
    if (this.#bytes > 0 && this.#bytes + chunk.byteLength > this.#maxBytes) {
      renameSync(this.file, `${this.file}.1`)
      this.#bytes = 0
    }
    appendFileSync(this.file, chunk, { mode: 0o600 })
    this.#bytes += chunk.byteLength
  }

  /** The last `lines` lines without colours; empty when nothing was written. */
  tail(lines: number): string {
    if (!existsSync(this.file)) return ""
    const text = readFileSync(this.file, "utf8").replaceAll(ansi, "")
    return text.trimEnd().split("\n").slice(-lines).join("\n")
  }
}

// eslint-disable-next-line no-control-regex -- ANSI escapes begin with a control character
const ansi = /\u001b\[[0-9;?]*[A-Za-z]/g
