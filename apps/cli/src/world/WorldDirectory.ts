import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"

/** Where one local world keeps its state: `.loom/worlds/<name>-<random>`, readable by its owner only. */
export interface WorldDirectory {
  readonly path: string
  readonly file: (...parts: ReadonlyArray<string>) => string
  /** Removes it and all that is in it. */
  readonly remove: () => void
}

/** Makes a new directory and removes those whose world died without doing so. `keep` leaves a mark that nobody removes it. */
export const makeWorldDirectory = (root: string, name: string, keep: boolean): WorldDirectory => {
  const worlds = join(root, ".loom", "worlds")
  mkdirSync(worlds, { recursive: true, mode: 0o700 })
  removeDead(worlds)
  const path = mkdtempSync(join(worlds, `${name}-`))
  writeFileSync(join(path, ownerFile), keep ? "kept" : String(process.pid))
  return { path, file: (...parts) => join(path, ...parts), remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 3 }) }
}

const ownerFile = "owner.pid"

const removeDead = (worlds: string): void => {
  for (const entry of readdirSync(worlds)) {
    const path = join(worlds, entry)
    const owner = ownerOf(path)
    if (owner !== null && owner !== "kept" && !isAlive(Number(owner))) rmSync(path, { recursive: true, force: true, maxRetries: 3 })
  }
}

const ownerOf = (path: string): string | null => {
  try {
    return readFileSync(join(path, ownerFile), "utf8").trim()
  } catch {
    // Being made at this moment by another process, or not a world.
    return null
  }
}

/** Whether a process with this id runs. One that ended and was not yet waited for (a zombie) does not. */
export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM"
  }
  try {
    // proc(5): the state follows the name, which stands in parentheses and may hold some itself.
    return !/\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\)/s, ")"))
  } catch {
    // No /proc here, or it ended this moment.
    return !existsSync("/proc/self")
  }
}
