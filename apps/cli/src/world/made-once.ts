import { createHash, randomUUID } from "node:crypto"
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from "node:fs"
import { join, relative } from "node:path"

/** A folder of `.loom/cache` that is made once for each content of its inputs. */
export interface MadeOnce {
  readonly root: string
  /** Begins the folder's name. */
  readonly kind: string
  /** Files and folders below the root that decide what is made; folders with all that is in them. */
  readonly inputs: ReadonlyArray<string>
  /** Fills the folder, which does not exist yet. */
  readonly make: (folder: string) => Promise<void>
}

const keptOfEachKind = 3

/** The path of the folder. Made under another name first, so that it is whole or not there, also for two processes at once. */
export const madeOnce = async ({ root, kind, inputs, make }: MadeOnce): Promise<string> => {
  const cache = join(root, ".loom", "cache")
  const folder = join(cache, `${kind}-${hashOfInputs(root, inputs)}`)
  if (existsSync(folder)) {
    const now = new Date()
    utimesSync(folder, now, now)
    return folder
  }
  mkdirSync(cache, { recursive: true })
  const making = `${folder}.${randomUUID()}`
  try {
    await make(making)
    settle(making, folder)
  } finally {
    rmSync(making, { recursive: true, force: true })
  }
  removeOld(cache, kind)
  return folder
}

/** Another process may have made the same meanwhile: then ours is not needed. */
const settle = (making: string, folder: string): void => {
  try {
    renameSync(making, folder)
  } catch (error) {
    if (!existsSync(folder)) throw error
  }
}

/** sha-256, hex, over names and contents; tests, builds and installed packages are no inputs. */
export const hashOfInputs = (root: string, inputs: ReadonlyArray<string>): string => {
  const hash = createHash("sha256")
  for (const file of inputs.flatMap((input) => filesOf(root, join(root, input)))) {
    hash
      .update(file)
      .update("\0")
      .update(readFileSync(join(root, file)))
      .update("\0")
  }
  return hash.digest("hex").slice(0, 32)
}

const filesOf = (root: string, path: string): ReadonlyArray<string> => {
  if (!statSync(path).isDirectory()) return [relative(root, path)]
  return readdirSync(path, { withFileTypes: true })
    .filter(({ name }) => name !== "node_modules" && name !== "dist" && !/\.test\.tsx?$/.test(name))
    .flatMap((entry) => (entry.isDirectory() || entry.isFile() ? filesOf(root, join(path, entry.name)) : []))
    .toSorted()
}

/** Leaves the newest ones of a kind, and all that were used within the last day: a running world may live in them. */
const removeOld = (cache: string, kind: string): void => {
  const dayAgo = Date.now() - 24 * 3_600_000
  const folders = readdirSync(cache)
    .filter((name) => name.startsWith(`${kind}-`))
    .map((name) => ({ path: join(cache, name), usedAt: statSync(join(cache, name), { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .toSorted((a, b) => b.usedAt - a.usedAt)
  for (const { path, usedAt } of folders.slice(keptOfEachKind)) if (usedAt < dayAgo) rmSync(path, { recursive: true, force: true })
}
