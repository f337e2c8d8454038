import { execFileSync } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect } from "effect"
import { prepare } from "@loom/core/pipelines/prepare"
import { Sandbox } from "@loom/core/ports/Sandbox"
import { localRun } from "../recipe/local-run.ts"
import { startRecipeHost } from "../recipe/recipe-host.ts"
import { fetchSource } from "../source-repository.ts"
import { distribution, round } from "./distribution.ts"

const later = 3

/** A repository with a few hundred packages to install: what a plain web project has. */
const manifest = {
  name: "bench-set-up",
  private: true,
  scripts: { test: "vitest run" },
  devDependencies: { vitest: "3.2.4", eslint: "9.39.1", typescript: "5.9.3", prettier: "3.6.2" },
}

const makeRepository = (path: string): void => {
  mkdirSync(path)
  writeFileSync(join(path, "package.json"), JSON.stringify(manifest))
  writeFileSync(join(path, ".gitignore"), "node_modules\n")
  writeFileSync(join(path, "a.test.js"), 'import { test } from "vitest"; test("ok", () => {})')
  const git = (...args: ReadonlyArray<string>) => execFileSync("git", ["-C", path, ...args], { stdio: "ignore" })
  git("init", "-q", "-b", "main")
  git("add", "-A")
  git("-c", "user.name=bench", "-c", "user.email=bench@example.test", "commit", "-qm", "base")
}

/**
 * Time of the stage `prepare` (box, clone, recipe, install) of the first run of a repository and of those after it, each in a box of its
 * own. Needs the package registry.
 */
export const benchSetUp = async (root: string, say: (text: string) => void) => {
  const scratch = mkdtempSync(join(tmpdir(), "loom-bench-"))
  try {
    const path = join(scratch, "repository")
    makeRepository(path)
    await using host = await startRecipeHost(root, process.env, join(scratch, "states"))
    using source = await fetchSource(path, null)
    const once = async () => {
      const { admitted, input, layer } = await localRun(host, source, {
        identity: path,
        say: () => {},
        output: () => {},
        testTimeoutMs: 60_000,
        maxMinutes: 15,
      })
      const startedAt = performance.now()
      const { cache } = await Effect.runPromise(
        prepare(input, admitted, "prepare").pipe(
          Effect.ensuring(Sandbox.use((sandbox) => sandbox.close(input.runId)).pipe(Effect.ignore)),
          Effect.provide(layer),
        ),
      )
      const ms = performance.now() - startedAt
      say(`${cache.outcome}: ${Math.round(ms)} ms, ${Math.round(cache.bytes / 1_048_576)} MiB kept`)
      return { ms, cache }
    }
    const first = await once()
    const rest: Array<number> = []
    for (let n = 0; n < later; n++) {
      const { cache, ms } = await once()
      if (cache.outcome !== "restored") throw new Error("the installed state was not found again")
      rest.push(ms)
    }
    const next = distribution(rest)
    return {
      firstMs: round(first.ms),
      next,
      timesFaster: round(first.ms / next.medianMs),
      keptBytes: first.cache.bytes,
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}
