import { spawn } from "node:child_process"
import { createHash, randomUUID } from "node:crypto"
import { Readable } from "node:stream"
import { Context, Effect, Layer } from "effect"
import { RunId, TaskId } from "@loom/core/domain/Ids"
import type { RepositoryConfig } from "@loom/core/domain/RepositoryConfig"
import type { RunInput } from "@loom/core/domain/Run"
import type { Admitted } from "@loom/core/pipelines/RunContext"
import { RunLog } from "@loom/core/pipelines/RunLog"
import { Artifacts } from "@loom/core/ports/Artifacts"
import { RunSettings } from "@loom/core/ports/RunSettings"
import { Sandbox } from "@loom/core/ports/Sandbox"
import { GitFailed, Workspace } from "@loom/core/ports/Workspace"
import { parseRepositoryConfig } from "@loom/integrations/config/parse-repository-config"
import { gitEnv } from "@loom/integrations/git/git-scripts"
import { hostGit } from "../host-git.ts"
import type { SourceRepository } from "../source-repository.ts"
import type { RecipeHost } from "./recipe-host.ts"

export interface LocalRunOptions {
  /** What tells this repository from others: its address. */
  readonly identity: string
  readonly say: (line: string) => void
  readonly output: (text: string) => void
  readonly testTimeoutMs: number
  readonly maxMinutes: number
}

const MAX_CONFIG_BYTES = 1024 * 1024

/** `.github/loom.yml` of the commit itself. */
const configOf = async ({ commit, path }: SourceRepository): Promise<ReturnType<typeof parseRepositoryConfig>> => {
  const file = `${commit}:.github/loom.yml`
  const size = Number(await hostGit(path, ["cat-file", "-s", file]).catch(() => Number.NaN))
  if (Number.isNaN(size)) return { config: {} satisfies RepositoryConfig, problems: [] }
  if (size > MAX_CONFIG_BYTES) return { config: {}, problems: ["`.github/loom.yml` has more than 1 MiB and was not read."] }
  return parseRepositoryConfig(await hostGit(path, ["cat-file", "blob", file]))
}

/** The bare copy becomes the `.git` of the workspace: its objects go in as an archive, and git itself runs inside only. */
const CHECKOUT = `set -eu
git init -q --template= .
git config core.bare false
git update-ref "refs/remotes/origin/$BRANCH" "$COMMIT"
git checkout -q -f --no-track -B "$BRANCH" "$COMMIT"
git clean -ffdxq
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
            env: { ...gitEnv(), BRANCH: spec.branch, COMMIT: spec.commit },
            timeoutMs: 300_000,
          })
          if (result.exitCode !== 0) return yield* failed(result.stderr.slice(-2000))
        }),
      })
    }),
  )

/** What a run's pipelines need up to the baseline, over a sandbox host of this machine: the same pipelines as a run's, with no GitHub. */
export const localRun = async (host: RecipeHost, source: SourceRepository, options: LocalRunOptions) => {
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
  return { input, admitted: admittedOf(source, config), problems, layer: Layer.merge(host.layer, ports) }
}

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

const settingsOf = (host: RecipeHost, { maxMinutes, testTimeoutMs }: LocalRunOptions): Context.Service.Shape<typeof RunSettings> => ({
  version: "",
  publicUrl: "",
  controlLabel: "",
  budget: { maxUsd: 0, maxTokens: 0, maxTurns: 0 },
  maxMinutes,
  maxFixRounds: 0,
  testTimeoutMs,
  registries: host.registries.hosts,
  repositoryHosts: { setup: [], tests: [] },
  sandboxEnv: host.registries.env,
  bot: { login: "", email: "" },
  modelNote: null,
  gatewaysOf: async () => [],
})
