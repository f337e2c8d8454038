import { randomUUID } from "node:crypto"
import fs from "node:fs"
import path from "node:path"
import { pipeline } from "node:stream/promises"
import { Transform, type Readable } from "node:stream"

const TEMPORARY = ".new-"
const STALE_MS = 3_600_000

class TooLarge extends Error {}

/**
 * Installed states on this host: opaque archives that the daemon writes and reads as bytes, and never opens. An entry is written once;
 * the first writer wins, also between daemons that share the folder. The least recently used go when there are too many bytes.
 */
export class StateStore {
  readonly #dir: string
  readonly #maxBytes: number

  constructor(dir: string, maxBytes: number) {
    this.#dir = dir
    this.#maxBytes = maxBytes
    fs.mkdirSync(dir, { recursive: true, mode: 0o700 })
    // What a daemon that died was writing.
    for (const name of fs.readdirSync(dir)) {
      const file = path.join(dir, name)
      if (name.startsWith(TEMPORARY) && Date.now() - (fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) > STALE_MS)
        fs.rmSync(file, { force: true })
    }
  }

  /** Keys are digests: nothing else ever becomes a file name. */
  #file(key: string): string {
    if (!/^[0-9a-f]{64}$/.test(key)) throw new Error("a state's key is a SHA-256 digest")
    return path.join(this.#dir, key)
  }

  /** Size of an entry in bytes, null when there is none. */
  sizeOf(key: string): number | null {
    return fs.statSync(this.#file(key), { throwIfNoEntry: false })?.size ?? null
  }

  /** The entry as a stream, marked as used; null when there is none. */
  async read(key: string): Promise<{ readonly content: Readable; readonly bytes: number } | null> {
    const handle = await fs.promises.open(this.#file(key), "r").catch(() => null)
    if (handle === null) return null
    const now = new Date()
    await handle.utimes(now, now).catch(() => undefined)
    const { size } = await handle.stat()
    return { content: handle.createReadStream({ highWaterMark: 1 << 20 }), bytes: size }
  }

  /** Writes what `source` brings, once `done` says that it is whole. A half-written entry is never seen. */
  async write(
    key: string,
    source: Readable,
    done: Promise<boolean>,
  ): Promise<{ readonly outcome: "stored" | "present" | "too_large" | "failed"; readonly bytes: number }> {
    const file = this.#file(key)
    const temporary = path.join(this.#dir, `${TEMPORARY}${randomUUID()}`)
    let bytes = 0
    // One entry takes at most half: so that it does not push out everything else.
    const limit = this.#maxBytes / 2
    const count = new Transform({
      transform(chunk: Buffer, _, next) {
        bytes += chunk.length
        next(bytes > limit ? new TooLarge() : null, chunk)
      },
    })
    try {
      await pipeline(source, count, fs.createWriteStream(temporary, { flags: "wx", mode: 0o400 }))
      if (!(await done)) return { outcome: "failed", bytes }
      try {
        fs.linkSync(temporary, file)
      } catch (error) {
        if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error
        return { outcome: "present", bytes: this.sizeOf(key) ?? 0 }
      }
      this.#evict(key)
      return { outcome: "stored", bytes }
    } catch (error) {
      if (error instanceof TooLarge) return { outcome: "too_large", bytes }
      throw error
    } finally {
      fs.rmSync(temporary, { force: true })
    }
  }

  remove(key: string): void {
    fs.rmSync(this.#file(key), { force: true })
  }

  #evict(newest: string): void {
    const entries = fs
      .readdirSync(this.#dir)
      .filter((name) => !name.startsWith(TEMPORARY))
      .flatMap((name) => {
        const stat = fs.statSync(path.join(this.#dir, name), { throwIfNoEntry: false })
        return stat === undefined ? [] : [{ name, bytes: stat.size, usedAt: stat.mtimeMs }]
      })
      .toSorted((a, b) => a.usedAt - b.usedAt)
    let total = entries.reduce((sum, { bytes }) => sum + bytes, 0)
    for (const { bytes, name } of entries) {
      if (total <= this.#maxBytes) return
      if (name === newest) continue
      fs.rmSync(path.join(this.#dir, name), { force: true })
      total -= bytes
    }
  }
}
