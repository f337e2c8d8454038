import type { Recipe } from "@loom/core/domain/Recipe"
import type { Sandbox, SandboxError } from "@loom/core/ports/Sandbox"
import { Effect, type Context } from "effect"
import { prelude, quote } from "./shell.ts"

/** What is asked of each language's box besides `bash` and `git`; the package manager is asked where it is one of these. */
const ASKED: Readonly<Record<string, ReadonlyArray<string>>> = {
  javascript: ["node --version"],
  typescript: ["node --version"],
  python: ["python3 --version"],
  go: ["go version"],
  rust: ["rustc --version", "cargo --version"],
  ruby: ["ruby --version", "bundle --version"],
  php: ["php --version"],
  java: ["java -version"],
  c: ["cc --version", "make --version", "cmake --version"],
  perl: ["perl --version"],
  deno: ["deno --version"],
}
const MANAGERS = new Set(["npm", "pnpm", "yarn", "bun", "pip", "uv", "poetry", "composer"])
/** The first line that names a number: perl's version stands in its second line. */
const FIRST = `grep -m1 '[0-9]' | cut -c1-200`

const commandsFor = ({ language, packageManager }: Recipe): ReadonlyArray<string> => [
  "bash --version",
  "git --version",
  ...(ASKED[language.toLowerCase()] ?? []),
  ...(packageManager !== null && MANAGERS.has(packageManager) ? [`${packageManager} --version`] : []),
]

/**
 * What the tools in the box say of their versions, by name, as the test lines find them: evidence, so nothing is guessed, and a tool
 * that does not answer in 10 s without network is left out.
 */
export const toolVersions = Effect.fn("TestRunner.toolVersions")(function* (
  sandbox: Context.Service.Shape<typeof Sandbox>,
  sandboxEnv: Readonly<Record<string, string>>,
  sessionId: string,
  key: string,
  recipe: Recipe,
): Effect.fn.Return<Readonly<Record<string, string>>, SandboxError> {
  const commands = commandsFor(recipe)
  const asked = commands.map((command) => {
    const [tool = ""] = command.split(" ")
    return `if command -v ${quote(tool)} >/dev/null; then printf '%s\\t' ${quote(tool)}; { timeout 10 ${command} 2>&1 || echo; } | { ${FIRST} || echo; }; fi`
  })
  const { stdout } = yield* sandbox.exec(sessionId, {
    id: `${key}:tools`,
    argv: ["bash", "-c", `${prelude}${asked.join("\n")}`],
    cwd: recipe.cwd,
    env: { ...sandboxEnv, ...recipe.env },
    timeoutMs: 60_000,
    maxOutputBytes: 64 << 10,
  })
  const answers = stdout.split("\n").flatMap((line) => {
    const [tool, version] = line.split("\t")
    return tool === undefined || version === undefined || version.trim() === "" ? [] : [[tool, version.trim()] as const]
  })
  return Object.fromEntries(answers)
})
