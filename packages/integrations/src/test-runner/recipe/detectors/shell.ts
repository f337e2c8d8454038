import { intoTools, recipeOf, type Detector } from "../Detector.ts"
import type { Snapshot } from "../Snapshot.ts"

const folderOf = (path: string): string => (path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : ".")
const topOf = (path: string): string => path.split("/")[0] ?? path
/** More are given by their top folders, with everything below. */
const MAX_FOLDERS = 12

/** Folders that hold tests themselves: what lies in fixtures is for the tests to run, and often fails on purpose. */
const wordsFor = (files: ReadonlyArray<string>): string => {
  const folders = [...new Set(files.map(folderOf))].toSorted()
  return folders.length <= MAX_FOLDERS ? folders.join(" ") : `-r ${[...new Set(folders.map(topOf))].join(" ")}`
}

const detect = (snapshot: Snapshot) => {
  const files = snapshot.paths.filter(
    (path) => path.endsWith(".bats") && /^[\w@./+-]+$/.test(path) && !/(^|\/)(node_modules|vendor|libs?|fixtures?)\//.test(path),
  )
  if (files.length === 0) return null
  return recipeOf({
    language: "shell",
    packageManager: null,
    runner: "bats",
    install: snapshot.tools.has("bats") ? [] : [{ command: intoTools("bats"), origin: `detection: ${files[0] ?? ""}` }],
    test: [{ command: `bats ${wordsFor(files)}`, origin: `detection: ${files.length} .bats files` }],
  })
}

/** bats, which is a package of npm as well. */
export const shell: Detector = { language: "shell", detect }
