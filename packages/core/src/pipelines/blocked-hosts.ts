import { Effect } from "effect"
import { blockedSince } from "../domain/blocked-since.ts"
import type { Refusal } from "../domain/SandboxProtocol.ts"
import { Sandbox } from "../ports/Sandbox.ts"
import { SetupFailed } from "../ports/TestRunner.ts"
import { RunLog } from "./RunLog.ts"
import { StageFailed } from "./StageFailed.ts"

const MAX_IN_REMEDY = 3

const refusalsOf = (sessionId: string) =>
  Effect.gen(function* () {
    return yield* (yield* Sandbox).refusals(sessionId)
    // A box that is gone says so to the work itself.
  }).pipe(Effect.orElseSucceed((): ReadonlyArray<Refusal> => []))

/**
 * Runs `work`, and tells the log which hosts programs in `sessionId` asked for in vain meanwhile: `blocked host: …; allow with …`, each
 * once. Answers them beside the work's value; a set-up or stage that failed has them in its remedy.
 */
export const tellingBlockedHosts = Effect.fn("tellingBlockedHosts")(function* <A, E, R>(sessionId: string, work: Effect.Effect<A, E, R>) {
  const log = yield* RunLog
  const before = yield* refusalsOf(sessionId)
  const tell = Effect.gen(function* () {
    const messages = blockedSince(before, yield* refusalsOf(sessionId))
    for (const message of messages) yield* log.say("warn", message)
    return messages
  })
  const value = yield* work.pipe(
    Effect.catch((error: E) => Effect.flatMap(tell, (messages) => Effect.fail(withBlockedHosts(error, messages)))),
  )
  return { value, blocked: yield* tell }
})

/** What was wanted in vain is probably why it failed, and it is the one thing that its own words do not say. */
export const remedyWith = (messages: ReadonlyArray<string>, remedy: string): string =>
  messages.length === 0
    ? remedy
    : `The sandbox refused what was asked for: ${messages
        .slice(0, MAX_IN_REMEDY)
        .join(
          "; ",
        )}${messages.length > MAX_IN_REMEDY ? `; and ${messages.length - MAX_IN_REMEDY} more, see the task's log` : ""}. Otherwise: ${remedy}`

const withBlockedHosts = <E>(error: E, messages: ReadonlyArray<string>): E => {
  if (messages.length === 0) return error
  if (error instanceof SetupFailed) {
    const { command, ended, exitCode, output, remedy } = error
    return new SetupFailed({ command, ended, exitCode, output: withEvidence(output, messages), remedy: remedyWith(messages, remedy) }) as E
  }
  if (error instanceof StageFailed) {
    const { failure, status } = error
    return new StageFailed({
      status,
      failure: { ...failure, remedy: remedyWith(messages, failure.remedy), evidence: withEvidence(failure.evidence ?? "", messages) },
    }) as E
  }
  return error
}

const withEvidence = (evidence: string, messages: ReadonlyArray<string>): string => {
  const lines = messages.join("\n").slice(0, 2000)
  return `${evidence.slice(-(4000 - lines.length - 1))}\n${lines}`.trim()
}

/** For a stage's summary: the hosts alone. */
export const blockedSummary = (messages: ReadonlyArray<string> | undefined): string => {
  const hosts = (messages ?? []).flatMap((message) => /^blocked host: (\S+)/.exec(message)?.[1] ?? [])
  return hosts.length === 0 ? "" : `; blocked hosts: ${hosts.slice(0, 3).join(", ")}${hosts.length > 3 ? ", …" : ""}`
}
