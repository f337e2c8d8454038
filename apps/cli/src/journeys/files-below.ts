import { type Dirent, readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"

/** Null when it is gone: the processes of a world make and remove files at any time. */
const unlessGone = <A>(read: () => A): A | null => {
  try {
    return read()
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR")) return null
    throw error
  }
}

/** Every file below `directory` of less than `maxBytes`, with what is in it at this moment. */
export function* filesBelow(directory: string, maxBytes: number): Generator<{ readonly path: string; readonly content: Buffer }> {
  const entries: ReadonlyArray<Dirent> = unlessGone(() => readdirSync(directory, { withFileTypes: true })) ?? []
  for (const entry of entries) {
    const path = join(directory, entry.name)
    if (entry.isDirectory()) yield* filesBelow(path, maxBytes)
    if (!entry.isFile()) continue
    const content = unlessGone(() => (statSync(path).size < maxBytes ? readFileSync(path) : null))
    if (content !== null) yield { path, content }
  }
}
