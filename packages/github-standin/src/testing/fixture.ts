import { execFile } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { createServer, type IncomingHttpHeaders } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { App } from "@octokit/app"
import { Octokit } from "@octokit/core"
import { createConformance, type Conformance } from "../conformance.ts"
import { startGitHubStandin, type GitHubStandin, type GitHubStandinOptions } from "../GitHubStandin.ts"

export const APP = { id: 4711, slug: "loom-local", name: "Loom", webhookSecret: "It's a Secret to Everybody" } as const

export interface ReceivedWebhook {
  readonly event: string
  readonly guid: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly payload: Record<string, unknown> & { action?: string }
}

/** Where a test's webhooks arrive. Answers with `status`. */
export class WebhookReceiver {
  readonly received: Array<ReceivedWebhook> = []
  status = 200
  readonly #server = createServer((request, response) => {
    const chunks: Array<Buffer> = []
    request.on("data", (chunk: Buffer) => chunks.push(chunk))
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString()
      const payload = JSON.parse(body) as ReceivedWebhook["payload"]
      this.received.push({
        event: String(request.headers["x-github-event"]),
        guid: String(request.headers["x-github-delivery"]),
        headers: request.headers,
        body,
        payload,
      })
      response.writeHead(this.status).end("taken")
    })
  })

  async listen(): Promise<string> {
    this.#server.listen(0, "127.0.0.1")
    await once(this.#server, "listening")
    const address = this.#server.address()
    if (address === null || typeof address === "string") throw new Error("no port")
    return `http://127.0.0.1:${address.port}/webhooks`
  }

  /** `event.action` of everything received. */
  names(): Array<string> {
    return this.received.map(({ event, payload }) => (payload.action ? `${event}.${payload.action}` : event))
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, "close")
  }
}

export interface Fixture {
  readonly github: GitHubStandin
  readonly conformance: Conformance
  readonly webhooks: WebhookReceiver
  readonly app: App
  readonly clock: { nowMs: number }
  readonly dataDir: string
  /** A client with this token. */
  client(token?: string): Octokit
  /** A client of the installation on this account. */
  installed(owner?: string): Promise<Octokit>
  /** An installation token of this account, perhaps narrowed. */
  token(narrow?: { readonly repositories?: Array<string>; readonly permissions?: Record<string, string> }, owner?: string): Promise<string>
  /** A folder that goes away with the fixture. */
  folder(): string
  close(): Promise<void>
}

/** A stand-in with a clock of its own, the judge, a webhook receiver, and the real `@octokit/app`. */
export async function startFixture(options: Partial<GitHubStandinOptions> = {}): Promise<Fixture> {
  const root = mkdtempSync(join(tmpdir(), "github-standin-"))
  const dataDir = join(root, "data")
  const conformance = createConformance()
  const webhooks = new WebhookReceiver()
  const clock = { nowMs: Date.now() }
  const github = await startGitHubStandin({
    dataDir,
    clock: () => clock.nowMs,
    conformance,
    ...options,
    app: { ...APP, webhookUrl: await webhooks.listen(), ...options.app },
  })
  const QuickOctokit = Octokit.defaults({ baseUrl: github.url, log: { debug() {}, info() {}, warn() {}, error() {} } })
  const app = new App({ appId: APP.id, privateKey: github.appPrivateKeyPem, Octokit: QuickOctokit })
  return {
    github,
    conformance,
    webhooks,
    app,
    clock,
    dataDir,
    client: (token) => new QuickOctokit(token === undefined ? {} : { auth: token }),
    installed: (owner = "acme") => app.getInstallationOctokit(github.installationId(owner)) as unknown as Promise<Octokit>,
    async token(narrow = {}, owner = "acme") {
      const { data } = await app.octokit.request("POST /app/installations/{installation_id}/access_tokens", {
        installation_id: github.installationId(owner),
        ...narrow,
      } as never)
      return (data as { token: string }).token
    },
    folder: () => mkdtempSync(join(root, "folder-")),
    async close() {
      await github.close()
      await webhooks.close()
      rmSync(root, { recursive: true, force: true })
    },
  }
}

export const REPOSITORY = { owner: "acme", repo: "widgets" } as const

/** Runs the real git without any configuration of the machine. Asynchronous: the server answers in this same process. */
export function git(cwd: string, ...args: Array<string>): Promise<string> {
  const env = {
    PATH: process.env.PATH,
    HOME: cwd,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_TERMINAL_PROMPT: "0",
    GIT_AUTHOR_NAME: "Ada",
    GIT_AUTHOR_EMAIL: "ada@example.com",
    GIT_COMMITTER_NAME: "Ada",
    GIT_COMMITTER_EMAIL: "ada@example.com",
  }
  return new Promise((resolve, reject) => {
    execFile("git", args, { cwd, env }, (error, stdout, stderr) =>
      error ? reject(new Error(stderr || error.message)) : resolve(stdout.trim()),
    )
  })
}

/** A clone of the test repository whose remote carries the token, as a git credential would. */
export async function clone(fixture: Fixture, token: string, name = "acme/widgets"): Promise<string> {
  const folder = fixture.folder()
  await git(folder, "clone", "--quiet", `${fixture.github.url.replace("://", `://x-access-token:${token}@`)}/${name}.git`, ".")
  return folder
}

/** Status of a request that must fail. */
export async function failure(work: Promise<unknown>): Promise<{
  readonly status: number
  readonly message: string
  readonly body: {
    readonly message: string
    readonly errors?: ReadonlyArray<{ readonly message?: string; readonly code?: string; readonly field?: string }>
  }
}> {
  try {
    await work
  } catch (error) {
    const { status, message, response } = error as { status: number; message: string; response?: { data: never } }
    return { status, message, body: response?.data ?? { message } }
  }
  throw new Error("the request succeeded")
}
