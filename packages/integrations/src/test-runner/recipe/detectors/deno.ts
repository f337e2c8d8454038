import { intoTools, recipeOf, type Detector } from "../Detector.ts"
import type { Snapshot } from "../Snapshot.ts"

/** JSON with comments, read for two words only: whether there is a `test` task, and the version that is pinned. */
const taskOf = (text: string): boolean => /"tasks"\s*:\s*\{[^}]*"test"\s*:/.test(text)

const detect = (snapshot: Snapshot) => {
  const config = ["deno.json", "deno.jsonc"].find((name) => snapshot.files.has(name))
  if (config === undefined) return null
  const task = taskOf(snapshot.files.get(config) ?? "")
  const hasTests = snapshot.paths.some((path) => /(^|[./_])test\.[jt]sx?$|(^|\/)__tests__\//.test(path))
  const version = snapshot.files.get(".dvmrc")?.trim() ?? /^deno\s+(\d\S*)/m.exec(snapshot.files.get(".tool-versions") ?? "")?.[1]
  const tool = version === undefined ? "deno" : `deno@${version}`
  return recipeOf({
    language: "typescript",
    packageManager: "deno",
    runner: "deno",
    install: [
      ...(snapshot.tools.has("deno") ? [] : [{ command: intoTools(tool), origin: config }]),
      { command: "deno install", origin: snapshot.files.has("deno.lock") ? "deno.lock" : config },
    ],
    test: task
      ? [{ command: "deno task test", origin: `${config} tasks.test` }]
      : hasTests
        ? [{ command: "deno test --allow-all", origin: `detection: ${config} and test files` }]
        : [],
    tools: version === undefined ? {} : { deno: version },
  })
}

/** deno, from npm where the sandbox has none. */
export const deno: Detector = { language: "typescript", detect }
