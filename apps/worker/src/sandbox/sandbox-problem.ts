import type { SandboxProblem, SandboxProblemCode } from "@loom/core/domain/SandboxProtocol"

/** An answer in the daemon's own words (RFC 9457), for what is known without asking it. */
export const sandboxProblem = (status: number, code: SandboxProblemCode, detail: string, remedy: string): Response =>
  Response.json({ type: "about:blank", title: code.replaceAll("_", " "), status, code, detail, remedy } satisfies SandboxProblem, {
    status,
    headers: { "content-type": "application/problem+json" },
  })

/** The container died, or is another one: what was in it is gone, and nothing starts a new one behind the run's back. */
export const boxIsGone = (detail: string): Response =>
  sandboxProblem(404, "session_not_found", detail, "open the session again and rebuild its workspace")

export const noContainer = (detail: string): Response =>
  sandboxProblem(
    503,
    "isolation_missing",
    detail,
    "set LOOM_SANDBOX_URL to a sandbox host, or deploy with [[containers]] in wrangler.toml (docs/hosting-the-sandbox.md)",
  )
