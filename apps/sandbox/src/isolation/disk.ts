import { execFile } from "node:child_process"
import fs from "node:fs"
import path from "node:path"
import { promisify } from "node:util"

const run = promisify(execFile)
/** The limit on files follows from the one on bytes: one for so many. */
export const BYTES_PER_INODE = 8192

/**
 * Sparse ext4 images, one per session: the only limit on a workspace that counts files, bytes and inodes alike (facts/sandbox.md 3).
 * An empty one per size is formatted once and copied.
 */
export class DiskImages {
  readonly #dir: string
  readonly #templates = new Map<number, Promise<string>>()

  constructor(dir: string) {
    this.#dir = dir
    fs.mkdirSync(dir, { recursive: true, mode: 0o700 })
  }

  async create(file: string, bytes: number): Promise<void> {
    let template = this.#templates.get(bytes)
    if (template === undefined) {
      template = this.#format(bytes)
      this.#templates.set(bytes, template)
      template.catch(() => this.#templates.delete(bytes))
    }
    await run("cp", ["--sparse=always", "--", await template, file])
  }

  async #format(bytes: number): Promise<string> {
    const file = path.join(this.#dir, `empty-${bytes}.img`)
    await fs.promises.writeFile(file, "")
    await fs.promises.truncate(file, bytes)
    // No journal: the image does not outlive the daemon. Dependency trees are many small files.
    await run(
      "mkfs.ext4",
      ["-q", "-F", "-m", "0", "-i", String(BYTES_PER_INODE), "-O", "^has_journal", "-E", "lazy_itable_init=1,nodiscard", file],
      {
        env: { PATH: `${process.env["PATH"] ?? ""}:/usr/sbin:/sbin` },
      },
    )
    return file
  }
}
