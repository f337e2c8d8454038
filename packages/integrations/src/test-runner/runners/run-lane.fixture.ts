import { Recipe } from "@loom/core/domain/Recipe"
import type { TestReport } from "@loom/core/domain/TestReport"
import { Sandbox } from "@loom/core/ports/Sandbox"
import { TestRunner } from "@loom/core/ports/TestRunner"
import { Effect } from "effect"
import { existsSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { spawnSync } from "node:child_process"
import { type Lane, type Variant, variants } from "./Lane.fixture.ts"

const packages = fileURLToPath(new URL("../../../node_modules", import.meta.url))
const root = fileURLToPath(new URL("../../../../../node_modules", import.meta.url))
const INSIDE = "/opt/loom-runners"

/** This workspace's packages and its Node, as the sandbox is shown them. */
export const tools = [
  `${dirname(dirname(process.execPath))}:/opt/loom-node`,
  `${root}:${INSIDE}/node_modules`,
  `${packages}:${INSIDE}/packages/integrations/node_modules`,
].join(",")

const binaries = ["@oven/bun-linux-x64/bin", "@deno/linux-x64-glibc"].map((path) => `${INSIDE}/packages/integrations/node_modules/${path}`)

/** Why a lane cannot run on this machine; null when it can. The sandbox sees /usr and nothing of a person's home. */
export const missingFor = (lane: Lane): string | null => {
  const gone = lane.modules.find((name) => !existsSync(join(packages, name, "package.json")))
  if (gone !== undefined) return `the npm package ${gone} is not installed here`
  const env = { ...process.env, PATH: "/usr/local/bin:/usr/bin:/bin" }
  const failing = lane.programs.find(([program = "", ...args]) => spawnSync(program, args, { stdio: "ignore", env }).status !== 0)
  if (failing === undefined) return null
  return `\`${failing.join(" ")}\` does not succeed here${lane.debian === null ? "" : `: apt-get install ${lane.debian}`}`
}

/** Every variant of a lane in one session of the real sandbox, one after the other, each from a clean tree. */
export const runLane = (lane: Lane): Effect.Effect<Readonly<Record<Variant, TestReport>>, unknown, Sandbox | TestRunner> =>
  Effect.gen(function* () {
    const sandbox = yield* Sandbox
    const runner = yield* TestRunner
    const id = `lane-${lane.name.replaceAll(/\W/g, "-")}`
    yield* sandbox.open({ id, gateways: [], registries: [], reapAfterMs: 900_000 })
    const recipe = Recipe.make({
      cwd: ".",
      language: lane.language,
      packageManager: null,
      runner: lane.runner,
      install: [],
      test: [{ command: lane.command, origin: "fixture" }],
      env: { CI: "1", PATH: [...binaries, "/opt/loom-node/bin", "/usr/local/bin", "/usr/bin", "/bin"].join(":"), ...lane.env },
      tools: {},
    })
    const shell = (key: string, script: string) =>
      sandbox.exec(id, { id: `${id}-${key}`, argv: ["bash", "-c", script], timeoutMs: 120_000 })
    return yield* Effect.gen(function* () {
      const reports: Partial<Record<Variant, TestReport>> = {}
      for (const variant of variants) {
        yield* shell(`clean-${variant}`, "find . -mindepth 1 -delete")
        for (const [path, text] of Object.entries({
          ".gitignore": "node_modules\nbuild\ntarget\n",
          ...lane.base,
          ...lane.variants[variant],
        }))
          yield* sandbox.writeFile(id, path, text)
        const modules =
          lane.language === "javascript"
            ? `mkdir node_modules; ln -s ${INSIDE}/packages/integrations/node_modules/{.bin,*} node_modules; `
            : ""
        yield* shell(
          `commit-${variant}`,
          `${modules}git init -q && git add -A && git -c user.name=t -c user.email=t@example.test commit -qm base`,
        )
        // A first build may take long; the hang is told from it by what was compiled for the variants before.
        const timeoutMs = variant === "hanging" ? lane.hangMs : 240_000
        reports[variant] = yield* runner.run(id, variant, recipe, { timeoutMs, onOutput: () => {} })
      }
      return reports as Record<Variant, TestReport>
    }).pipe(Effect.ensuring(Effect.ignore(sandbox.close(id))))
  })
