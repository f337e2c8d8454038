import { Effect, Schema } from "effect"
import { type Change, ChangedFile } from "../domain/Change.ts"
import { StoredGateReport } from "../domain/Gate.ts"
import { packagesTouched } from "../domain/packages-touched.ts"
import { TestRuns } from "../domain/Proof.ts"
import { CheatFinding, Comparison } from "../domain/Verdict.ts"
import { Artifacts } from "../ports/Artifacts.ts"
import { Workspace } from "../ports/Workspace.ts"
import { tellingBlockedHosts } from "./blocked-hosts.ts"
import { inLivingBox, isBoxLost } from "./code.ts"
import { gateChange } from "./gate-change.ts"
import { inFreshBox, restoreCheckpoint } from "./prepare.ts"
import { Checkpoint } from "./RunContext.ts"
import { RunLog } from "./RunLog.ts"
import { testChange } from "./test-change.ts"
import type { VerifyInput } from "./VerifyInput.ts"

/** The gate's word on exactly one change: what `checkpoint` holds and nothing else is published. */
export const Verified = Schema.Struct({
  comparison: Comparison,
  findings: Schema.Array(CheatFinding),
  /** Every other gate, the change's own tests at the base, and the risk. */
  gate: StoredGateReport,
  checkpoint: Checkpoint,
  files: Schema.Array(ChangedFile),
  /** Milliseconds the tests took, re-runs included. */
  testMs: Schema.Finite,
  /** The runs that the comparison rests on; not there when there are no tests. */
  evidence: Schema.optionalKey(TestRuns),
  /** Sentences about hosts that the tests asked for in vain. */
  blocked: Schema.optionalKey(Schema.Array(Schema.String)),
})
export type Verified = typeof Verified.Type

/** Test runs of one verification at most: the head, two re-runs, the base again, the change's tests on the base. */
export const MAX_TEST_RUNS = 5
/** What the gates besides the tests may take: at most four tools on two sides, and reading. */
export const GATE_MS = 20 * 60_000

/**
 * Freezes the change, runs the tests on it, compares per test (design section 7), and asks every other gate. All of it in a box that the
 * agent never saw: what it did to ignored files of its own (`node_modules`, caches, its home) proves nothing.
 */
export const verify = Effect.fn("verify")(function* (asked: Omit<VerifyInput, "box">, key: string) {
  const { input, admitted, recipe } = asked
  const frozen = yield* inLivingBox(asked, key, freeze(asked, key))
  const log = yield* RunLog
  const { packages = [] } = recipe
  if (packages.length > 0) {
    const touched = packagesTouched(
      frozen.change.files.map((file) => file.path),
      packages,
    )
    yield* log.say("info", `packages touched: ${touched.join(", ")} (of ${packages.length}; the tests of all of them run)`)
  }
  const judge = (box: string) =>
    Effect.gen(function* () {
      const verification = { ...asked, box, checkpoint: frozen.checkpoint }
      const { blocked, value: tested } = yield* tellingBlockedHosts(
        box,
        asked.base.hasTests ? testChange(verification, frozen.checkpoint, key) : Effect.succeed(null),
      )
      return { tested, blocked, ...(yield* gateChange(verification, frozen.checkpoint, frozen.change, tested, key)) }
    })
  const inBox = inFreshBox(input, admitted, recipe, frozen.checkpoint, key, judge)
  const { blocked, findings, gate, tested } = yield* inBox.pipe(
    Effect.catchIf(isBoxLost, () =>
      log.say("warn", "the gate's sandbox was lost; its work begins again in another").pipe(Effect.andThen(inBox)),
    ),
  )
  const comparison = tested?.comparison ?? nothingVerified(asked.base.summary)
  yield* log.say("info", `gate: ${comparison.verdict}: ${comparison.reason}`)
  for (const finding of findings) yield* log.say("warn", `${finding.rule} in ${finding.file}: ${finding.line.trim()}`)
  for (const result of gate.results.filter((one) => one.gate !== "cheats" && one.gate !== "protected_paths" && one.status !== "off"))
    yield* log.say(
      result.status === "blocked" || result.status === "warned" ? "warn" : "info",
      `gate ${result.gate}: ${result.status}: ${result.summary}`,
    )
  return {
    comparison,
    findings,
    gate,
    checkpoint: frozen.checkpoint,
    files: frozen.change.files,
    testMs: tested?.testMs ?? 0,
    ...(tested === null ? {} : { evidence: tested.evidence }),
    ...(blocked.length === 0 ? {} : { blocked }),
  } satisfies Verified
})

const Frozen = Schema.fromJsonString(Schema.Struct({ hash: Schema.String, files: Schema.Array(ChangedFile) }))

/**
 * The change as it is when its verification begins, once: the gate puts other trees in place of it, so a step that is begun again must
 * not look at the tree a second time.
 */
const freeze = Effect.fn("freeze")(function* (asked: Omit<VerifyInput, "box">, key: string) {
  const { input, admitted, name } = asked
  const artifacts = yield* Artifacts
  const artifact = `runs/${input.runId}/checkpoints/${name}.patch`
  const marker = `runs/${input.runId}/frozen/${name}.json`
  const known = yield* artifacts.get(marker)
  const patch = known === null ? null : yield* artifacts.get(artifact)
  if (known !== null && patch !== null) {
    const { hash, files } = yield* Schema.decodeEffect(Frozen)(known).pipe(Effect.orDie)
    const checkpoint: Checkpoint = { artifact, hash, files: files.length }
    yield* restoreCheckpoint(input, admitted, checkpoint, `${key}.again`)
    return { change: { patch, hash, files }, checkpoint }
  }
  if (asked.isTakenUp === true) yield* restoreCheckpoint(input, admitted, asked.checkpoint, `${key}.taken-up`)
  const change: Change = yield* (yield* Workspace).change(input.runId, `${key}.change`, admitted.baseCommit)
  yield* artifacts.put(artifact, change.patch)
  yield* artifacts.put(marker, yield* Schema.encodeEffect(Frozen)({ hash: change.hash, files: change.files }).pipe(Effect.orDie))
  const checkpoint: Checkpoint = { artifact, hash: change.hash, files: change.files.length }
  return { change, checkpoint }
})

const nothingVerified = (reason: string): Comparison => ({
  verdict: "no_tests",
  reason,
  base: { passed: 0, failed: 0, skipped: 0 },
  head: { passed: 0, failed: 0, skipped: 0 },
  fixed: [],
  regressed: [],
  stillFailing: [],
  added: [],
  removed: [],
  flaky: [],
  failures: [],
})
