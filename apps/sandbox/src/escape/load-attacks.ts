import fs from "node:fs"
import path from "node:path"
import type { Attack, Battlefield } from "./Attack.ts"

const directory = path.join(import.meta.dirname, "attacks")

const isAttack = (value: unknown): value is Attack =>
  typeof value === "object" && value !== null && "group" in value && "name" in value && "run" in value

/** Every attack of every array that a file of `attacks/` exports, by group and then by name. */
export const loadAttacks = async (): Promise<ReadonlyArray<Attack>> => {
  const files = fs.readdirSync(directory).filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
  const modules: ReadonlyArray<Record<string, unknown>> = await Promise.all(files.map((name) => import(path.join(directory, name))))
  const attacks = modules.flatMap((module) =>
    Object.values(module).flatMap((value) => (Array.isArray(value) ? value.filter(isAttack) : [])),
  )
  return attacks.toSorted((a, b) => a.group - b.group || a.name.localeCompare(b.name, "en"))
}

export const attacksOn = (attacks: ReadonlyArray<Attack>, isolator: Battlefield["isolator"], long: boolean): ReadonlyArray<Attack> =>
  attacks.filter((attack) => (attack.long ?? false) === long && (attack.isolators ?? ["bubblewrap", "container"]).includes(isolator))
