import { randomBytes } from "node:crypto"
import type { Conformance } from "@loom/github-standin/conformance"
import { startGitHubStandin, type GitHubStandin } from "@loom/github-standin/GitHubStandin"
import { startRecordedModel, type RecordedModel } from "@loom/agents/replay/start-recorded-model"
import { printPrivateKey } from "@loom/core/domain/ProofKey"
import type { RecordedChange } from "@loom/core/domain/RecordedChange"
import type { TaskDetail } from "@loom/core/domain/TaskView"
import { makeApiClient, type ApiClient } from "../api-client.ts"
import { BadInput } from "../CliError.ts"
import type { Issue } from "../issue-file.ts"
import { migrateDatabase } from "./database.ts"
import { followTask, type TaskNews } from "./follow-task.ts"
import { freePort, isFree } from "./free-port.ts"
import { ensureLocalKey } from "../proof/local-key.ts"
import { bundleWorker } from "./bundle.ts"
import { addLocalRepository, diffOf, labelAndFindTask, person, type LocalRepository } from "./github.ts"
import { machineDiscovery } from "./machine.ts"
import { listModels, modelFromEnvironment, recordedModelChoice, type ModelChoice } from "./model.ts"
import { discoverRegistries } from "./registries.ts"
import { sandboxMounts, startSandboxHost, toolsFolder } from "./sandbox-host.ts"
import { workerVariables, type WorldSecrets } from "./worker-variables.ts"
import { startWorker } from "./worker.ts"
import { makeWorldDirectory } from "./WorldDirectory.ts"

export interface WorldOptions {
  /** The repository's root: where wrangler.toml is, and `.loom` will be. */
  readonly root: string
  /** Begins the name of the folder of its state. */
  readonly name: string
  readonly env: NodeJS.ProcessEnv
  /** Of the Worker; null: any free one. */
  readonly port?: number | null
  /** True: the recorded model answers, whatever keys there are. False: only where there is no real one. */
  readonly recorded: boolean
  /** Leaves the state on disk. */
  readonly keep?: boolean
  /** Variables of the Worker that win over all others: for tests. */
  readonly variables?: Readonly<Record<string, string>>
  /** Judges every exchange with the local GitHub: for tests. */
  readonly conformance?: Conformance
  /** Told what is being started, in a few words. */
  readonly onStep?: (step: string) => void
  /** Aborting it while the world is being started stops that. */
  readonly signal?: AbortSignal
}

/** Everything Loom needs, on this machine. */
export interface World extends AsyncDisposable {
  /** Origin of the Worker: status page, API, webhooks, gateways. */
  readonly url: string
  /** Token of its REST API. */
  readonly apiToken: string
  /** Where its state and logs are. */
  readonly directory: string
  readonly api: ApiClient
  readonly github: GitHubStandin
  readonly sandbox: { readonly url: string; readonly token: string }
  readonly model: ModelChoice
  /** Null when a real model answers. */
  readonly recorded: RecordedModel | null
  /** For people: what of this machine could not be carried into the sandbox. */
  readonly notes: ReadonlyArray<string>
  /** Rejects when the Worker dies by itself. */
  readonly crashed: Promise<never>
  /** SIGKILL to the Worker's whole process group. */
  readonly killWorker: () => Promise<void>
  /** Same port, same state. */
  readonly restartWorker: () => Promise<void>
  /** SIGKILL to the sandbox host, with every box in it. */
  readonly killSandbox: () => Promise<void>
  readonly restartSandbox: () => Promise<void>
  readonly addRepository: (spec: {
    readonly owner: string
    readonly name: string
    readonly files: ReadonlyMap<string, string>
  }) => Promise<LocalRepository>
  readonly importRepository: (source: {
    readonly path: string
    readonly owner: string
    readonly name: string
    readonly branch: string
  }) => Promise<LocalRepository>
  /** As a person with write access: opens the issue and labels it. `change` is what the recorded model will do about it. */
  readonly openAndLabelIssue: (spec: {
    readonly repository: LocalRepository
    readonly issue: Issue
    readonly change: RecordedChange | null
    readonly label?: string
  }) => Promise<{ readonly number: number; readonly url: string; readonly taskId: string }>
  /** Until it is over, see `isOver`. */
  readonly followTask: (taskId: string, onNews?: (news: TaskNews) => void, signal?: AbortSignal) => Promise<TaskDetail>
  /** The pull request's change. */
  readonly diffOf: (detail: TaskDetail) => Promise<string>
  readonly close: () => Promise<void>
}

const secret = (): string => randomBytes(32).toString("hex")

/** Starts all parts, those at once that do not need each other. On failure everything that had started is stopped. */
export const startWorld = async (options: WorldOptions): Promise<World> => {
  const step = options.onStep ?? (() => {})
  const stack = new AsyncDisposableStack()
  try {
    const starting = start(options, step, stack)
    return await (options.signal === undefined ? starting : Promise.race([starting, rejectedBy(options.signal)]))
  } catch (error) {
    await stack.disposeAsync()
    throw error
  }
}

const start = async (options: WorldOptions, step: (text: string) => void, stack: AsyncDisposableStack): Promise<World> => {
  const { root, env } = options
  const real = options.recorded ? null : await modelFromEnvironment(env, listModels)
  const port = await portFor(options.port ?? null)
  const directory = makeWorldDirectory(root, options.name, options.keep === true)
  if (options.keep !== true) stack.defer(directory.remove)
  const proofKey = printPrivateKey(ensureLocalKey(root))
  const secrets: WorldSecrets = { webhook: secret(), capability: secret(), apiToken: secret(), sandboxToken: secret(), proofKey }
  const workerUrl = `http://127.0.0.1:${port}`

  step("starting the sandbox host, GitHub and the model")
  const discovering = discoverRegistries(machineDiscovery(env, root))
  const parts = [
    discovering,
    discovering
      .then(({ directories }) =>
        startSandboxHost({
          root,
          directory,
          token: secrets.sandboxToken,
          mounts: sandboxMounts(toolsFolder(root, env), process.execPath, directories),
        }),
      )
      .then((host) => (stack.defer(host.close), host)),
    startGitHubStandin({
      dataDir: directory.file("github"),
      app: {
        id: 1,
        slug: "loom",
        name: "Loom",
        webhookSecret: secrets.webhook,
        webhookUrl: `${workerUrl}/webhooks/github`,
        callbackUrls: [`${workerUrl}/auth/callback`],
      },
      ...(options.conformance === undefined ? {} : { conformance: options.conformance }),
    }).then((standin) => (stack.defer(standin.close), standin)),
    real === null ? startRecordedModel().then((model) => (stack.defer(model.close), model)) : Promise.resolve(null),
    bundleWorker(root, directory),
    migrateDatabase(root, directory),
  ] as const
  // All have ended before one failure is told: so nothing starts after the clean-up.
  await Promise.allSettled(parts)
  const [registries, sandbox, github, recorded, script] = await Promise.all(parts)
  const model = recorded === null ? real : recordedModelChoice(recorded.url)
  if (model === null) throw new Error("neither a real nor a recorded model was chosen")

  step("starting the Worker")
  const variables = workerVariables({
    github: {
      appId: 1,
      slug: "loom",
      privateKeyPem: github.appPrivateKeyPem,
      clientId: github.clientId,
      clientSecret: github.clientSecret,
      apiUrl: github.url,
      gitUrl: github.url,
    },
    localUser: person,
    secrets,
    workerUrl,
    sandboxUrl: sandbox.url,
    registries,
    allowedHosts: (env["LOOM_ALLOWED_HOSTS"] ?? "")
      .split(",")
      .map((host) => host.trim())
      .filter((host) => host !== ""),
    model,
    extra: { ...hostPermissions(env), ...options.variables },
  })
  const worker = await startWorker({ root, directory, script, port, variables })
  stack.defer(worker.close)

  const api = makeApiClient(worker.url, secrets.apiToken)
  return {
    url: worker.url,
    apiToken: secrets.apiToken,
    directory: directory.path,
    api,
    github,
    sandbox: { url: sandbox.url, token: secrets.sandboxToken },
    model,
    recorded,
    notes: registries.notes,
    crashed: worker.crashed,
    killWorker: worker.kill,
    restartWorker: worker.restart,
    killSandbox: sandbox.kill,
    restartSandbox: sandbox.restart,
    addRepository: (spec) => addLocalRepository(github, spec),
    importRepository: ({ path, owner, name, branch }) => addLocalRepository(github, { owner, name, fromPath: path, defaultBranch: branch }),
    openAndLabelIssue: async ({ repository, issue, change, label = "loom:ready" }) => {
      const opened = await github.openIssue(repository.owner, repository.name, { ...issue, author: person })
      if (change !== null) recorded?.play(`${repository.fullName}#${opened.number}`, change)
      const taskId = await labelAndFindTask(github, api, repository, opened.number, label)
      return { number: opened.number, url: opened.htmlUrl, taskId }
    },
    followTask: (taskId, onNews = () => {}, signal) =>
      Promise.race([followTask(api, taskId, onNews, signal === undefined ? {} : { signal }), worker.crashed]),
    diffOf: ({ outcome, repository, pullRequest }) =>
      outcome?.baseCommit == null || pullRequest === null
        ? Promise.resolve("")
        : diffOf(github, repository, outcome.baseCommit, outcome.headCommit ?? pullRequest.branch),
    close: () => stack.disposeAsync(),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

/** What repositories may ask for, as the person who starts this world says. */
const hostPermissions = (env: NodeJS.ProcessEnv) =>
  Object.fromEntries(["LOOM_SETUP_HOSTS", "LOOM_TEST_HOSTS"].flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])))

const portFor = async (wanted: number | null): Promise<number> => {
  if (wanted === null) return freePort()
  if (await isFree(wanted)) return wanted
  throw new BadInput({ detail: `Port ${wanted} is taken; give another with --port, or none.` })
}

const rejectedBy = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener("abort", () => reject(signal.reason), { once: true })
  })
