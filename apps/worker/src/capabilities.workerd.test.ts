import { Effect, Redacted, Result } from "effect"
import { describe, expect, it } from "vitest"
import { signCapability } from "@loom/core/domain/Capability"
import { RunId } from "@loom/core/domain/Ids"
import { Coordinator } from "@loom/core/ports/Coordinator"
import { CoordinatorUnavailable } from "@loom/core/ports/RunReporter"
import { boxToken, checkCapability } from "./capabilities.ts"

const capabilitySecret = Redacted.make("a-secret-of-the-tests-0123456789abcdef")
const capability = {
  runId: RunId.make("r-1"),
  repositoryId: 1,
  installationId: 1,
  fullName: "o/r",
  branch: "loom/issue-1",
  scopes: ["git:push" as const],
  exp: 4_000_000_000,
}
/** What becomes of a genuine capability while the coordinator answers so. */
const checked = async (report: Coordinator["Service"]["report"]) => {
  const unused = () => Effect.die("not asked here")
  const coordinator = Coordinator.of({
    request: unused,
    cancel: unused,
    steer: unused,
    task: unused,
    events: unused,
    logs: unused,
    finish: unused,
    report,
  })
  const token = await Effect.runPromise(signCapability(capabilitySecret, capability))
  const result = await Effect.runPromise(Effect.result(checkCapability({ capabilitySecret }, coordinator)(token, "git:push")))
  return Result.isSuccess(result) ? result.success.runId : result.failure._tag
}

describe("the token of a run's container", () => {
  it("is the run's own, the same every time, and tells nothing of the secret", () => {
    const of = (runId: string) => Redacted.value(boxToken({ capabilitySecret }, runId))
    expect(of("r-1")).toBe(of("r-1"))
    expect(of("r-1")).not.toBe(of("r-2"))
    expect(of("r-1")).toMatch(/^[0-9a-f]{64}$/)
    expect(of("r-1")).not.toContain(Redacted.value(capabilitySecret))
  })
})

describe("a genuine capability", () => {
  it("opens the door while its run goes on, and not once its coordinator says stop", async () => {
    expect(await checked(() => Effect.succeed({ stop: false }))).toBe("r-1")
    expect(await checked(() => Effect.succeed({ stop: true, reason: "cancelled" }))).toBe("CapabilityExpired")
  })

  it("is neither good nor expired while the coordinator does not answer", async () => {
    expect(await checked((_id, _run, { kind }) => Effect.fail(new CoordinatorUnavailable({ operation: kind, detail: "reset" })))).toBe(
      "CapabilityUnverified",
    )
  })
})
