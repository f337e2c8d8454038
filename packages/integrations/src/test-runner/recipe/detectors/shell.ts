import { intoTools, recipeOf, type Detector } from "../Detector.ts"
import type { Snapshot } from "../Snapshot.ts"

const folderOf = (path: string): string => (path.includes("/") ? path.slice(0, path.indexOf("/")) : ".")

const detect = (snapshot: Snapshot) => {
  const files = snapshot.paths.filter((path) => path.endsWith(".bats") && !/(^|\/)(node_modules|vendor|libs?)\//.test(path))
  if (files.length === 0) return null
  const folders = [...new Set(files.map(folderOf))].toSorted()
  return recipeOf({
    language: "shell",
    packageManager: null,
    runner: "bats",
    install: snapshot.tools.has("bats") ? [] : [{ command: intoTools("bats"), origin: `detection: ${files[0] ?? ""}` }],
    test: [{ command: `bats -r ${folders.join(" ")}`, origin: `detection: ${files.length} .bats files` }],
  })
}

/** bats, which is a package of npm as well. */
export const shell: Detector = { language: "shell", detect }
