import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Schema } from "effect"
import { isAlive } from "./world/WorldDirectory.ts"

/** The Loom that `npm start` runs, for `npm run loom` in another terminal. */
const KnownWorld = Schema.Struct({ url: Schema.String, apiToken: Schema.NullOr(Schema.String), pid: Schema.Int })

const fileOf = (root: string): string => join(root, ".loom", "running.json")

/** Notes it in `.loom/running.json`, readable by its owner only; disposing removes the note. */
export const rememberWorld = (root: string, world: { readonly url: string; readonly apiToken: string }): Disposable => {
  const file = fileOf(root)
  mkdirSync(join(root, ".loom"), { recursive: true })
  rmSync(file, { force: true })
  writeFileSync(file, JSON.stringify({ url: world.url, apiToken: world.apiToken, pid: process.pid }), { mode: 0o600 })
  return { [Symbol.dispose]: () => rmSync(file, { force: true }) }
}

/** The Loom that `npm start` runs on this machine; null when none does. */
export const runningWorld = (root: string): { readonly url: string; readonly apiToken: string | null } | null => {
  const known = Schema.decodeOption(Schema.fromJsonString(KnownWorld))(read(fileOf(root)))
  return known._tag === "Some" && isAlive(known.value.pid) ? known.value : null
}

const read = (file: string): string => {
  try {
    return readFileSync(file, "utf8")
  } catch {
    return ""
  }
}
