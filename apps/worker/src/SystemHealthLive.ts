import { Effect, Layer } from "effect"
import { SystemHealth } from "@loom/core/ports/SystemHealth"
import { Sandbox } from "@loom/core/ports/Sandbox"
import type { Settings } from "./LoomConfig.ts"

const PATIENCE = "3 seconds"

/** Looks at each neighbour once, briefly. Every answer is `ok` or a sentence with the remedy. */
export const systemHealthLayer = (settings: Settings) =>
  Layer.effect(
    SystemHealth,
    Effect.gen(function* () {
      const sandbox = yield* Sandbox
      const github = Effect.tryPromise({
        try: (signal) =>
          fetch(`${settings.github.apiUrl}/zen`, { signal, headers: { "user-agent": "loom", accept: "application/vnd.github+json" } }),
        catch: () => "unreachable",
      }).pipe(
        Effect.timeoutOrElse({ duration: PATIENCE, orElse: () => Effect.fail("unreachable") }),
        // Any answer below 500 is a living GitHub; what it thinks of this request does not matter.
        Effect.map((response) => (response.status < 500 ? "ok" : `GitHub answers ${response.status}; runs wait until it is back`)),
        Effect.catch(() => Effect.succeed(`GitHub is not reachable at GITHUB_API_URL (${settings.github.apiUrl})`)),
      )
      const box = sandbox.capabilities.pipe(
        Effect.timeoutOrElse({ duration: PATIENCE, orElse: () => Effect.succeed(null) }),
        Effect.map((found) =>
          found === null
            ? "the sandbox host does not answer; check LOOM_SANDBOX_URL"
            : found.ready
              ? "ok"
              : found.problems.map((problem) => `${problem.detail} To mend it: ${problem.remedy}`).join(" "),
        ),
        Effect.catch((error) => Effect.succeed(error.message)),
      )
      const model = settings.model === null ? "no model is configured; set LOOM_MODEL" : "ok"
      return SystemHealth.of({
        check: Effect.all({ github, sandbox: box, model: Effect.succeed(model) }, { concurrency: "unbounded" }),
      })
    }),
  )
