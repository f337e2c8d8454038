import { Effect, Layer } from "effect"
import { Agents } from "../../ports/Agents.ts"
import { turn, usage, work } from "./fixtures.ts"
import type { World } from "./in-memory-world.ts"

/** Agents that do what the world says: a plan, the turns of the list, a review. */
export const agentsOf = (
  world: World,
  t: <A>(value: () => A) => Effect.Effect<A>,
  slowly: <A, E>(effect: Effect.Effect<A, E>) => Effect.Effect<A, E>,
): Layer.Layer<Agents> => {
  /** The model answers first; then its tools find the box, or that it is lost. */
  const inBox = <A>(session: string, value: () => A) => world.inBox(session, t(value))
  return Layer.succeed(
    Agents,
    Agents.of({
      prompts: { coder: { version: "1", sha256: "c".repeat(64) } },
      plan: ({ sessionId }) =>
        inBox(sessionId, () => {
          world.modelCalls.push("plan")
          const problem = world.plan()
          if (problem !== null) return problem
          return { plan: { type: "fix", title: "add numbers", summary: "s", steps: ["edit"] }, usage, model: "m" }
        }).pipe(Effect.flatMap((answer) => ("_tag" in answer ? Effect.fail(answer) : Effect.succeed(answer)))),
      brief: ({ guidance }) =>
        Effect.sync(() => {
          world.guidance.push(guidance)
          return [{ role: "system" }]
        }),
      codeTurn: ({ sessionId, spent }, key) =>
        slowly(
          inBox(sessionId, () => {
            world.spentTold.push(spent)
            world.modelCalls.push(key.replace(/\.\d+\.\d+$/, ""))
            const next =
              world.turns[new Set(world.modelCalls.filter((call) => call.startsWith("code"))).size - 1] ??
              turn({ changedFiles: false, finished: work })
            world.onTurn(next)
            if (next.changedFiles) world.patch = `diff --git a/sum.js b/sum.js\n--- a/sum.js\n+++ b/sum.js\n@@ -1 +1 @@\n-a - b\n+a + b\n`
            return next
          }),
        ),
      feedback: ({ findings }) => {
        world.told.push(findings)
        return { role: "user", findings }
      },
      review: () =>
        t(() => {
          world.modelCalls.push("review")
          return { review: { approve: world.approve, score: 8, findings: world.approve ? [] : ["rename it"] }, usage, model: "m" }
        }),
    }),
  )
}
