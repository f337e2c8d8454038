import type { RecipeLine } from "@loom/core/domain/Recipe"
import { recipeOf, type Detector } from "../Detector.ts"
import type { Snapshot } from "../Snapshot.ts"

/** make's own order (GNU make manual, "makefile names"). */
const FILES = ["GNUmakefile", "makefile", "Makefile"]

/** The target that tests, with the file that has it. */
export const makeTarget = (snapshot: Snapshot): RecipeLine | null => {
  const file = FILES.find((name) => snapshot.files.has(name))
  const text = snapshot.files.get(file ?? "") ?? ""
  const target = ["test", "check", "tests"].find((name) => new RegExp(`^([\\w.-]+ )*${name}( [\\w.-]+)*\\s*::?([^=]|$)`, "m").test(text))
  return file === undefined || target === undefined ? null : { command: `make ${target}`, origin: `${file} ${target}` }
}

const detect = (snapshot: Snapshot) => {
  const target = makeTarget(snapshot)
  return target === null ? null : recipeOf({ language: "unknown", test: [target] })
}

/** A Makefile with a test target, whatever it tests: only its exit code speaks. */
export const make: Detector = { language: "unknown", detect }
