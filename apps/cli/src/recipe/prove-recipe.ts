import { execFile, spawn } from "node:child_process"
import { createHash, randomUUID } from "node:crypto"
import { Readable } from "node:stream"
import { promisify } from "node:util"
import { Context, Effect, Layer } from "effect"
import type { Recipe } from "@loom/core/domain/Recipe"
import type { RepositoryConfig } from "@loom/core/domain/RepositoryConfig"
import { RunId, TaskId } from "@loom/core/domain/Ids"
import type { RunFailure, RunInput } from "@loom/core/domain/Run"
import { type Baseline, baseline } from "@loom/core/pipelines/baseline"
import { prepare, type Prepared } from "@loom/core/pipelines/prepare"
import type { Admitted } from "@loom/core/pipelines/RunContext"
import { RunLog } from "@loom/core/pipelines/RunLog"
import { toStageFailed } from "@loom/core/pipelines/StageFailed"
import { Artifacts } from "@loom/core/ports/Artifacts"
import { RunSettings } from "@loom/core/ports/RunSettings"
import { Sandbox } from "@loom/core/ports/Sandbox"
import { TestRunner } from "@loom/core/ports/TestRunner"
import { GitFailed, Workspace } from "@loom/core/ports/Workspace"
import { parseRepositoryConfig } from "@loom/integrations/config/parse-repository-config"
import type { SourceRepository } from "../source-repository.ts"
import type { RecipeHost } from "./recipe-host.ts"

/** What became of a recipe. `failure` is what a run would have ended with, before any model was asked. */
export interface RecipeProof {
  readonly recipe: Recipe
  /** Problems of `.github/loom.yml`. */
  readonly problems: ReadonlyArray<string>
  readonly prepared: Prepared | null
  readonly baseline: Baseline | null
  readonly failure: RunFailure | null
  /** Milliseconds from the opened box to the installed repository, and of its tests. */
  readonly setUpMs: number
  readonly testMs: number
}

export interface ProofOptions {
  /** What tells this repository from others: its address. */
  readonly identity: string
  readonly prove: boolean
  readonly say: (line: string) => void
  readonly output: (text: string) => void
  readonly testTimeoutMs: number
  readonly maxMinutes: number
}

const git = async (path: string, args: ReadonlyArray<string>): Promise<string> =>
  (await promisify(execFile)("git", ["-C", path, ...args], { maxBuffer: 16 << 20 })).stdout

/** `.github/loom.yml` of the commit itself. */
const configOf = async ({ commit, path }: SourceRepository) => {
  const text = await git(path, ["show", `${commit}:.github/loom.yml`]).catch(() => null)
  return text === null ? { config: {} satisfies RepositoryConfig, problems: [] } : parseRepositoryConfig(text)
}

/** The bare copy becomes the `.git` of the workspace: its objects go in as an archive, and git itself runs inside only. */
const CHECKOUT = `set -eu
git init -q --template= .
git config core.bare false
git update-ref "refs/remotes/origin/$BRANCH" "$COMMIT"
git checkout -q -f --no-track -B "$BRANCH" "$COMMIT"
git clean -ffdxq
cp .git/index .git/loom-index
printf %s "$COMMIT" > .git/loom-clone`

const upload = async (host: RecipeHost, sessionId: string, source: SourceRepository): Promise<void> => {
  const tar = spawn("tar", ["-C", source.path, "-cf", "-", "."], { stdio: ["ignore", "pipe", "ignore"] })
  const response = await fetch(`${host.url}/v1/sessions/${sessionId}/tar?path=.git`, {
    method: "PUT",
    headers: { authorization: `Bearer ${host.token}` },
    body: Readable.toWeb(tar.stdout) as ReadableStream<Uint8Array>,
    duplex: "half",
  } as RequestInit)
  if (!response.ok) throw new Error(`the repository could not be brought into the sandbox: ${await response.text()}`)
}

/** git inside the sandbox as ever, only that the clone comes from the copy on this machine and not from a gateway. */
const localWorkspace = (host: RecipeHost, source: SourceRepository) =>
  Layer.effect(
    Workspace,
    Effect.gen(function* () {
      const real = yield* Workspace
      const sandbox = yield* Sandbox
      return Workspace.of({
        ...real,
        clone: Effect.fn("Workspace.clone")(function* (
          sessionId: string,
          key: string,
          spec: { readonly commit: string; readonly branch: string },
        ) {
          const failed = (output: string) => new GitFailed({ operation: "clone", output })
          yield* Effect.tryPromise({ try: () => upload(host, sessionId, source), catch: (error) => failed(String(error)) })
          const result = yield* sandbox.exec(sessionId, {
            id: `${key}.clone`,
            argv: ["bash", "-c", CHECKOUT],
            env: { BRANCH: spec.branch, COMMIT: spec.commit },
            timeoutMs: 300_000,
          })
          if (result.exitCode !== 0) return yield* failed(result.stderr.slice(-2000))
        }),
      })
    }),
  )

/** The parts of a run that a proof needs; the same pipelines as a run's, so that what is proven here is what a run will do. */
export const proveRecipe = async (host: RecipeHost, source: SourceRepository, options: ProofOptions): Promise<RecipeProof> => {
  const { config, problems } = await configOf(source)
  const number = createHash("sha256").update(options.identity).digest().readUIntBE(0, 6)
  const input: RunInput = {
    runId: RunId.make(`recipe-${randomUUID()}`),
    taskId: TaskId.make("recipe"),
    kind: "implement",
    repository: { id: number, installationId: 0, owner: source.owner, name: source.name },
    issueNumber: 0,
    requestedBy: "local",
    attempt: 1,
  }
  const admitted = admittedOf(source, config)
  const artifacts = new Map<string, string>()
  const ports = Layer.mergeAll(
    localWorkspace(host, source).pipe(Layer.provide(host.layer)),
    Layer.succeed(Artifacts, {
      put: (key, text) => Effect.sync(() => void artifacts.set(key, text)),
      get: (key) => Effect.sync(() => artifacts.get(key) ?? null),
    }),
    Layer.succeed(RunLog, {
      say: (level, message) => Effect.sync(() => options.say(level === "info" ? message : `${level}: ${message}`)),
      output: options.output,
    }),
    Layer.succeed(RunSettings, settingsOf(host, options)),
  )
  return await Effect.runPromise(
    proof(input, admitted, problems, options.prove).pipe(Effect.provide(Layer.merge(host.layer, ports))) as Effect.Effect<RecipeProof>,
  )
}

const proof = Effect.fn("proof")(function* (input: RunInput, admitted: Admitted, problems: ReadonlyArray<string>, prove: boolean) {
  const sandbox = yield* Sandbox
  const start = performance.now()
  const nothing = { problems, prepared: null, baseline: null, failure: null, setUpMs: 0, testMs: 0 }
  const work = Effect.gen(function* () {
    if (!prove) {
      yield* sandbox.open({ id: input.runId, gateways: [], registries: [], reapAfterMs: 600_000 })
      yield* (yield* Workspace).clone(input.runId, "look", { fullName: "", commit: admitted.baseCommit, branch: admitted.baseBranch })
      return { ...nothing, recipe: yield* (yield* TestRunner).resolveRecipe(input.runId, "look", admitted.config) }
    }
    let recipe: Recipe | null = null
    const runner = yield* TestRunner
    // The recipe is shown also where installing it fails.
    const watching = TestRunner.of({
      ...runner,
      resolveRecipe: (...words) => Effect.tap(runner.resolveRecipe(...words), (found) => Effect.sync(() => void (recipe = found))),
    })
    const prepared = yield* prepare(input, admitted, "prepare").pipe(
      Effect.provideService(TestRunner, watching),
      Effect.mapError(toStageFailed("prepare")),
      Effect.result,
    )
    const setUpMs = performance.now() - start
    if (prepared._tag === "Failure") {
      if (recipe === null) return yield* Effect.die(new Error(`${prepared.failure.message} ${prepared.failure.failure.evidence ?? ""}`))
      return { ...nothing, recipe, setUpMs, failure: prepared.failure.failure }
    }
    const measured = yield* baseline(input, admitted, prepared.success.recipe, "baseline").pipe(
      Effect.mapError(toStageFailed("baseline")),
      Effect.result,
    )
    const testMs = performance.now() - start - setUpMs
    const done = { ...nothing, prepared: prepared.success, setUpMs, testMs }
    return measured._tag === "Failure"
      ? { ...done, recipe: prepared.success.recipe, failure: measured.failure.failure }
      : { ...done, recipe: measured.success.recipe ?? prepared.success.recipe, baseline: measured.success }
  })
  return yield* work.pipe(Effect.ensuring(Effect.ignore(sandbox.close(input.runId))))
})

const admittedOf = (source: SourceRepository, config: RepositoryConfig): Admitted => ({
  issue: { number: 0, title: "", body: "", author: "", trusted: true, url: "" },
  comments: [],
  defaultBranch: source.branch,
  baseBranch: source.branch,
  baseCommit: source.commit,
  branch: source.branch,
  config,
  configProblems: [],
  instructions: "",
  pullRequestTemplate: null,
})

const settingsOf = (host: RecipeHost, { maxMinutes, testTimeoutMs }: ProofOptions): Context.Service.Shape<typeof RunSettings> => ({
  publicUrl: "",
  controlLabel: "",
  budget: { maxUsd: 0, maxTokens: 0, maxTurns: 0 },
  maxMinutes,
  maxFixRounds: 0,
  testTimeoutMs,
  registries: host.registries.hosts,
  sandboxEnv: host.registries.env,
  bot: { login: "", email: "" },
  modelNote: null,
  gatewaysOf: async () => [],
})
