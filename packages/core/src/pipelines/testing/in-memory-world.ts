import { Effect, Layer, Schema } from "effect"
import { generateKey, publicKeyOf, signerOf } from "../../domain/ProofKey.ts"
import type { HostPermissions } from "../../domain/network-config.ts"
import type { Refusal } from "../../domain/SandboxProtocol.ts"
import type { Stage } from "../../domain/Stage.ts"
import type { RunOutcome } from "../../domain/Run.ts"
import type { TestReport } from "../../domain/TestReport.ts"
import type { Usage } from "../../domain/Usage.ts"
import type { AgentError, CoderTurn, TaskContext } from "../../ports/Agents.ts"
import { Artifacts } from "../../ports/Artifacts.ts"
import { Durable, type StepOptions } from "../../ports/Durable.ts"
import type { GitHubError, IssueInfo, PullRequestInfo, RepositoryInfo } from "../../ports/GitHub.ts"
import { ProofSigner } from "../../ports/ProofSigner.ts"
import { RepositoryConfigs } from "../../ports/RepositoryConfigs.ts"
import { type CoordinatorUnavailable, RunReporter, type RunSignal } from "../../ports/RunReporter.ts"
import { Requesters, type RunLimit } from "../../ports/Requesters.ts"
import { RunSettings } from "../../ports/RunSettings.ts"
import { BoxLost, type ExecResult, type ExecSpec, Sandbox, SandboxError, type SessionSpec } from "../../ports/Sandbox.ts"
import { turn, work } from "./fixtures.ts"
import { agentsOf } from "./in-memory-agents.ts"
import { testRunnerOf, workspaceOf } from "./in-memory-box.ts"
import { faulty, gitHubOf } from "./in-memory-github.ts"
import type { RepositoryConfig } from "../../domain/RepositoryConfig.ts"

/** The isolate dies: whatever was going on is gone, and only finished steps are remembered. */
export class IsolateDied extends Error {}

export const report = (statuses: Record<string, "passed" | "failed">, more: Partial<TestReport> = {}): TestReport => {
  const tests = Object.entries(statuses).map(([id, status]) => ({
    id,
    file: "a.test.js",
    name: id,
    status,
    durationMs: 1,
    message: status === "failed" ? `${id} broke` : null,
    location: null,
  }))
  const count = (status: string) => tests.filter((test) => test.status === status).length
  const failed = count("failed")
  return {
    runner: "node:test",
    format: "machine",
    tests,
    loadErrors: [],
    counts: { passed: count("passed"), failed, skipped: 0 },
    exitCode: failed > 0 ? 1 : 0,
    ended: "exited",
    complete: true,
    problem: null,
    durationMs: 5,
    outputTail: "",
    ...more,
  }
}

/**
 * Every port in memory, with the external effects counted: what a run must do once, it must do once however often its
 * isolate dies. `dieAfter` lets the n-th touch of the world succeed and then kills the isolate.
 */
export class World {
  readonly steps = new Map<string, string>()
  readonly artifacts = new Map<string, string>()
  readonly comments = new Map<string, string>()
  readonly checkRuns = new Map<string, string>()
  readonly branches = new Map<string, string>([["main", "b".repeat(40)]])
  readonly pulls: Array<PullRequestInfo> = []
  /** What the last call to open each pull request said, by branch; and whether the task's proof was kept by then. */
  readonly pullBodies = new Map<string, { readonly body: string; readonly proof: string | undefined }>()
  readonly modelCalls: Array<string> = []
  pullRequestBody = ""
  /** What the coder was told between its rounds. */
  readonly told: Array<ReadonlyArray<string>> = []
  /** Keys of the test runs, in order. */
  readonly runs: Array<string> = []
  finished: RunOutcome | null = null
  /** A step that the engine gives up: it never runs and never answers. */
  brokenStep: string | null = null
  /** Totals in the order they were reported. */
  readonly usageReports: Array<number> = []
  /** What the tree held when the tests ran. */
  readonly tested: Array<string> = []
  /** How many tests each narrowed run named. */
  readonly only: Array<number> = []
  labels: ReadonlyArray<string> = ["loom:ready"]
  statusLabel: string | null = null
  permission: "write" | "read" = "write"
  /** Of other people than the requester. */
  readonly permissions = new Map<string, "write" | "read">()
  /** What the planner fails with. */
  plan: () => AgentError | null = () => null
  /** What each brief said of a person's guidance. */
  readonly guidance: Array<TaskContext["guidance"]> = []
  /** What each model request was told of the money that is spent. */
  readonly spentTold: Array<Usage> = []
  /** Every line of the log. */
  said = ""
  /** Who bears which login. */
  readonly githubIds = new Map([
    ["ann", 501],
    ["bob", 502],
  ])
  /** Why operators have blocked people, by GitHub's id. */
  readonly blocked = new Map<number, string>()
  /** Whether each run was said to be counted already, and of whom. */
  readonly counted: Array<readonly [githubId: number, isCounted: boolean]> = []
  /** The hour of who asks is used up. */
  runLimit: RunLimit | null = null
  proofKey = generateKey()
  version = "test"
  repository: Partial<RepositoryInfo> = {}
  issue: Partial<IssueInfo> = {}
  config: RepositoryConfig = {}
  /** Boxes that are open, by session id. */
  readonly sessions = new Set<string>()
  get openSessions(): number {
    return this.sessions.size
  }
  /** The working trees of the gate's boxes, as patches against the base. */
  readonly otherTrees = new Map<string, string>()
  treeIn(session: string): string {
    return !session.endsWith("-v") ? this.patch : (this.otherTrees.get(session) ?? "")
  }
  setTree(session: string, patch: string): void {
    if (!session.endsWith("-v")) this.patch = patch
    else this.otherTrees.set(session, patch)
  }
  signal: RunSignal = { stop: false }
  /** The coordinator says stop (or what `signal` says) when this stage asks for leave, or (`inside`) to every report after that one. */
  stopAt: { readonly stage: Stage; readonly inside: boolean; readonly signal?: RunSignal } | null = null
  /** How long GitHub takes to open a pull request, or the model to answer. */
  slowMs = 0
  patch = ""
  touches = 0
  dieAfter = Number.POSITIVE_INFINITY
  turns: Array<CoderTurn> = [turn(), turn({ changedFiles: false, finished: work })]
  reports: (run: { readonly patched: boolean; readonly key: string; readonly tree: string }) => TestReport = ({ patched }) =>
    report({ adds: patched ? "passed" : "failed", other: "passed" })
  approve = true
  /** Execs of the gates: linters, type checkers, reading. */
  readonly execs: Array<string> = []
  exec: (spec: ExecSpec, patch: string) => Partial<ExecResult> = () => ({})
  /** Hosts that programs in any box asked for in vain. */
  refusals: ReadonlyArray<Refusal> = []
  repositoryHosts: HostPermissions = { setup: [], tests: [] }
  readonly opened: Array<SessionSpec> = []
  /** What a turn does to the world besides its answer. */
  onTurn: (answer: CoderTurn) => void = () => {}

  /** After its death nothing of an isolate reaches the world any more, until the engine starts the next one (`revive`). */
  #dead = false

  readonly touch = <A>(value: () => A): Effect.Effect<A> =>
    Effect.sync(() => {
      if (this.#dead) throw new IsolateDied()
      this.touches += 1
      const answer = value()
      if (this.touches === this.dieAfter) {
        this.#dead = true
        throw new IsolateDied()
      }
      return answer
    })

  revive(): void {
    this.#dead = false
  }

  /** What the next calls fail with, one after the other. The effect of the call has happened all the same: an unknown outcome. */
  readonly pullRequestFaults: Array<GitHubError> = []
  readonly checkRunFaults: Array<GitHubError> = []
  readonly stageFaults: Array<CoordinatorUnavailable | null> = []
  readonly finishFaults: Array<CoordinatorUnavailable> = []
  /** How often a box was used, and at which use it is lost, with its tree. */
  boxUses = 0
  loseBoxAt = Number.POSITIVE_INFINITY
  /** What is done in the box of `session`; of one that is not open, or lost just now, the port says so. */
  readonly inBox = <A, E>(session: string, effect: Effect.Effect<A, E>): Effect.Effect<A, E | SandboxError> =>
    Effect.suspend((): Effect.Effect<A, E | SandboxError> => {
      this.boxUses += 1
      if (this.boxUses === this.loseBoxAt) {
        this.sessions.delete(session)
        this.setTree(session, "")
      }
      return this.sessions.has(session)
        ? effect
        : Effect.fail(new SandboxError({ operation: "exec", reason: new BoxLost({ detail: `no session ${session}` }) }))
    })
  /** The tests' box is lost, with its tree. */
  readonly testFaults: Array<SandboxError | null> = []

  get layer() {
    return layerOf(this, this.touch)
  }
}

const layerOf = (world: World, t: <A>(value: () => A) => Effect.Effect<A>) => {
  const signal = () => t(() => world.signal)
  const slowly = <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<A, E> =>
    world.slowMs === 0 ? effect : Effect.tap(effect, () => Effect.sleep(world.slowMs))
  return Layer.mergeAll(
    Layer.succeed(
      Durable,
      Durable.of({
        step: <A, E, R>(options: StepOptions<A, E>, effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
          Effect.gen(function* () {
            const codec = Schema.fromJsonString(Schema.toCodecJson(Schema.Result(options.success, options.error)))
            if (world.brokenStep === options.name) return yield* Effect.die(new Error("the engine gave the step up"))
            const known = world.steps.get(options.name)
            const encoded = known ?? (yield* Effect.result(effect).pipe(Effect.flatMap(Schema.encodeEffect(codec)), Effect.orDie))
            world.steps.set(options.name, encoded)
            return yield* Effect.fromResult(yield* Schema.decodeEffect(codec)(encoded).pipe(Effect.orDie))
          }),
      }),
    ),
    Layer.succeed(
      RunReporter,
      RunReporter.of({
        stage: (record) =>
          Effect.suspend(() => {
            const stop = world.stopAt?.signal ?? { stop: true as const, reason: "the label was removed" }
            if (world.stopAt?.stage === record.name && !world.stopAt.inside) world.signal = stop
            const heard = world.signal
            if (world.stopAt?.stage === record.name) world.signal = stop
            return faulty(world.stageFaults, Effect.as(signal(), heard))
          }),
        log: (_key, lines) => {
          world.said += lines.map(({ message }) => `${message}\n`).join("")
          return signal()
        },
        usage: (total) =>
          Effect.andThen(
            Effect.sync(() => world.usageReports.push(total.requests)),
            signal(),
          ),
        finish: (outcome) =>
          faulty(
            world.finishFaults,
            t(() => void (world.finished = outcome)),
          ),
      }),
    ),
    Layer.succeed(
      Artifacts,
      Artifacts.of({
        put: (key, text) => t(() => void world.artifacts.set(key, text)),
        get: (key) => t(() => world.artifacts.get(key) ?? null),
      }),
    ),
    Layer.effect(
      ProofSigner,
      Effect.promise(async () => {
        const [sign, { keyId }] = await Promise.all([signerOf(world.proofKey), publicKeyOf(world.proofKey)])
        return ProofSigner.of({ keyId, sign: (message) => Effect.promise(() => sign(message)) })
      }),
    ),
    Layer.succeed(RepositoryConfigs, RepositoryConfigs.of({ load: () => t(() => ({ config: world.config, problems: [] })) })),
    Layer.succeed(
      Requesters,
      Requesters.of({
        blockedBecause: (githubId) => t(() => world.blocked.get(githubId) ?? null),
        countRun: ({ isCounted }, githubId) => t(() => (world.counted.push([githubId, isCounted === true]), world.runLimit)),
      }),
    ),
    Layer.succeed(
      RunSettings,
      RunSettings.of({
        version: world.version,
        publicUrl: "http://loom.test",
        controlLabel: "loom:ready",
        budget: { maxUsd: 5, maxTokens: 1_000_000, maxTurns: 20 },
        maxMinutes: 60,
        maxFixRounds: 2,
        testTimeoutMs: 60_000,
        registries: [],
        repositoryHosts: world.repositoryHosts,
        sandboxEnv: {},
        bot: { login: "loom[bot]", email: "loom@loom.test" },
        modelNote: null,
        gatewaysOf: async () => [],
      }),
    ),
    Layer.mock(Sandbox)({
      open: (spec) =>
        t(() => {
          world.opened.push(spec)
          world.sessions.add(spec.id)
          return { id: spec.id, instanceId: "i", created: true }
        }),
      close: (session) =>
        t(() => {
          world.sessions.delete(session)
          world.otherTrees.delete(session)
        }),
      refusals: () => Effect.sync(() => world.refusals),
      saveState: () => t(() => ({ outcome: "off" as const, bytes: 0, ms: 0 })),
      restoreState: () => t(() => ({ outcome: "off" as const, bytes: 0, ms: 0 })),
      exec: (session, spec) =>
        world.inBox(
          session,
          t(() => {
            world.execs.push(spec.id)
            return {
              exitCode: 0,
              signal: null,
              reason: null,
              stdout: "",
              stderr: "",
              durationMs: 1,
              truncated: false,
              ...world.exec(spec, world.treeIn(session)),
            }
          }),
        ),
    }),
    workspaceOf(world, t),
    testRunnerOf(world, t),
    agentsOf(world, t, slowly),
    gitHubOf(world, t, slowly),
  )
}
