import { createHash } from "node:crypto"
import { Effect, Layer } from "effect"
import type { Change } from "../../domain/Change.ts"
import type { SandboxError } from "../../ports/Sandbox.ts"
import { TestRunner } from "../../ports/TestRunner.ts"
import { Workspace } from "../../ports/Workspace.ts"
import { faulty } from "./in-memory-github.ts"
import type { World } from "./in-memory-world.ts"

const digest = (algorithm: "sha1" | "sha256", text: string) => createHash(algorithm).update(text).digest("hex")
/** The commit that a patch becomes. */
export const commitOf = (patch: string) => digest("sha1", `commit ${patch}`)

type Touch = <A>(value: () => A) => Effect.Effect<A>

/** Trees as patches; each is in a box, which may be lost. */
export const workspaceOf = (world: World, t: Touch): Layer.Layer<Workspace> =>
  Layer.succeed(
    Workspace,
    Workspace.of({
      clone: (session) =>
        world.inBox(
          session,
          t(() => undefined),
        ),
      change: (session): Effect.Effect<Change, SandboxError> =>
        world.inBox(
          session,
          t(() => {
            const patch = world.treeIn(session)
            const files = patch === "" ? [] : [{ path: "sum.js", status: "modified" as const, additions: 1, deletions: 1 }]
            return { patch, hash: digest("sha256", patch), tree: digest("sha1", patch), files }
          }),
        ),
      restore: (session, _key, _base, patch) =>
        world.inBox(
          session,
          t(() => world.setTree(session, patch)),
        ),
      commit: (session) =>
        world.inBox(
          session,
          t(() => commitOf(world.treeIn(session))),
        ),
      push: (session, _key, sha, branch) =>
        world.inBox(
          session,
          t(() => void world.branches.set(branch, sha)),
        ),
    }),
  )

/** Tests that say what the world says of the tree. */
export const testRunnerOf = (world: World, t: Touch): Layer.Layer<TestRunner> =>
  Layer.succeed(
    TestRunner,
    TestRunner.of({
      resolveRecipe: (session) =>
        world.inBox(
          session,
          t(() => ({
            cwd: ".",
            language: "javascript",
            packageManager: "npm",
            runner: "node:test" as const,
            install: [],
            test: [{ command: "npm test", origin: "package.json" }],
            env: {},
            tools: {},
          })),
        ),
      install: (session) =>
        world.inBox(
          session,
          t(() => []),
        ),
      run: (session, key, _recipe, { only }) =>
        world.inBox(
          session,
          faulty(
            world.testFaults,
            t(() => {
              if (only !== undefined) world.only.push(only.length)
              const tree = world.treeIn(session)
              world.tested.push(tree)
              world.runs.push(key.replace(/^.*\.\d+\.?/, "") || "base")
              return world.reports({ patched: tree !== "", key, tree })
            }),
          ),
        ),
    }),
  )
