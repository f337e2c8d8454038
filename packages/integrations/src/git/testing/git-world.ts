import { execFileSync } from "node:child_process"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, beforeEach } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { startGitHubStandin, type GitHubStandin } from "@loom/github-standin/GitHubStandin"
import { Sandbox } from "@loom/core/ports/Sandbox"
import { Workspace } from "@loom/core/ports/Workspace"
import { SandboxHttp } from "../../sandbox/SandboxHttp.ts"
import { httpTransport, SandboxTransport } from "../../sandbox/SandboxTransport.ts"
import { startSandboxd, type TestSandboxd } from "../../sandbox/testing/start-sandboxd.ts"
import { GIT_HOST } from "../git-scripts.ts"
import { WorkspaceLive } from "../WorkspaceLive.ts"

export const FILES = {
  "README.md": "# hello\n",
  "src/sum.js": "export const sum = (a, b) => a - b\n",
  "src/gone.js": "old\n",
  ".gitignore": "node_modules/\n",
}

export interface GitBox {
  readonly workspace: Workspace["Service"]
  readonly sandbox: Sandbox["Service"]
  readonly id: string
  /** A command of the agent's: its output, whatever its exit code. */
  readonly sh: (script: string, options?: object) => Effect.Effect<string>
}

let steps = 0
/** Of a step: another one each time. */
export const key = (): string => `step-${++steps}`

/**
 * Real git in a real sandbox against real repositories over smart HTTP. The gateway's place is taken by the stand-in itself:
 * sandboxd adds a person's token as the capability would be added (`apps/api` tests the gateway between the two).
 * Every test of the file gets a repository of its own with `FILES`.
 */
export const gitWorld = () => {
  let daemon: TestSandboxd
  let github: GitHubStandin
  let dataDir: string
  let count = 0
  let boxes = 0
  const at = { name: "", fullName: "", base: "" }
  /** git on the host, in the bare repository of the GitHub. */
  const bare = (...args: ReadonlyArray<string>) => bareWith(undefined, ...args)
  const bareWith = (input: string | Buffer | undefined, ...args: ReadonlyArray<string>) =>
    execFileSync("git", ["-c", "user.name=h", "-c", "user.email=h@h", "-C", github.repositoryPath("acme", at.name), ...args], {
      encoding: "utf8",
      maxBuffer: 1 << 28,
      ...(input === undefined ? {} : { input }),
    }).trim()

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "loom-workspace-"))
    daemon = await startSandboxd()
    github = await startGitHubStandin({ dataDir, app: { id: 1, slug: "loom", name: "Loom", webhookSecret: "s3cret-of-tests" } })
  })
  afterAll(async () => {
    await daemon.close()
    await github.close()
    await rm(dataDir, { recursive: true, force: true })
  })
  beforeEach(async () => {
    at.name = `r${++count}`
    at.fullName = `acme/${at.name}`
    await github.addRepository({ owner: "acme", name: at.name, files: FILES })
    at.base = bare("rev-parse", "main")
  })

  const layer = WorkspaceLive.pipe(
    Layer.provideMerge(SandboxHttp),
    Layer.provide(Layer.sync(SandboxTransport, () => httpTransport({ baseUrl: daemon.baseUrl, token: daemon.token }))),
  )

  /** A session with a door to git, cloned at the base. */
  const inBox = <A, E>(use: (box: GitBox) => Effect.Effect<A, E>, clone = true) =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox
      const workspace = yield* Workspace
      const authorization = `Basic ${btoa(`x:${github.userToken("acme")}`)}`
      const { id } = yield* sandbox.open({
        id: `box-${++boxes}`,
        registries: [],
        reapAfterMs: 120_000,
        gateways: [{ host: GIT_HOST, upstream: github.url, headers: { authorization } }],
      })
      const sh: GitBox["sh"] = (script, options = {}) =>
        sandbox.exec(id, { id: key(), argv: ["bash", "-c", script], timeoutMs: 120_000, ...options }).pipe(
          Effect.map((result) => result.stdout + result.stderr),
          Effect.orDie,
        )
      if (clone) yield* workspace.clone(id, key(), { fullName: at.fullName, commit: at.base, branch: "main" })
      return yield* use({ workspace, sandbox, id, sh }).pipe(Effect.ensuring(Effect.orDie(sandbox.close(id))))
    }).pipe(Effect.provide(layer))

  return { at, bare, bareWith, inBox, github: () => github }
}
