import { createHash, generateKeyPairSync, randomBytes } from "node:crypto"
import { join } from "node:path"
import { createAdaptorServer } from "@hono/node-server"
import { syncRefs } from "./actions/refs.ts"
import { Administration } from "./administration.ts"
import type { AdministrationApi } from "./AdministrationApi.ts"
import type { Conformance } from "./conformance.ts"
import { Faults } from "./faults.ts"
import { Git } from "./git/run.ts"
import { createServer } from "./server.ts"
import type { Permissions } from "./store/records.ts"
import { Store } from "./store/Store.ts"
import { Deliveries } from "./webhooks/Deliveries.ts"
import { World, type AppIdentity } from "./world.ts"

export interface GitHubStandinOptions {
  /** Folder for repositories and state; the same folder brings the same GitHub back. */
  readonly dataDir: string
  /** Default: any free port. */
  readonly port?: number
  /** Default: 127.0.0.1. */
  readonly host?: string
  readonly app: {
    readonly id: number
    readonly slug: string
    readonly name: string
    /** PKCS#1, as GitHub hands it out; generated and kept in `dataDir` if absent. */
    readonly privateKeyPem?: string
    readonly webhookSecret: string
    readonly webhookUrl?: string
    /** Where a sign-in may come back to. Default: nowhere. */
    readonly callbackUrls?: ReadonlyArray<string>
    /** Default: what Loom asks for. */
    readonly permissions?: Permissions
    readonly events?: ReadonlyArray<string>
  }
  /** Milliseconds since 1970. Default: the machine's clock. */
  readonly clock?: () => number
  /** Life of an installation token. Default: one hour, as on GitHub. */
  readonly tokenLifetimeMs?: number
  /** Seconds between two polls of a device. Default 5, as on GitHub. */
  readonly deviceIntervalS?: number
  /** Judges every request, answer and webhook. */
  readonly conformance?: Conformance
}

export interface GitHubStandin extends AdministrationApi {
  /** Root of the REST API, of git and of the web pages: `http://host:port`. */
  readonly url: string
  readonly appPrivateKeyPem: string
  /** Of the App, for signing people in. */
  readonly clientId: string
  readonly clientSecret: string
  readonly faults: Faults
  /** Stops serving and saves. The folder stays. */
  readonly close: () => Promise<void>
}

const DEFAULT_PERMISSIONS: Permissions = { metadata: "read", contents: "write", issues: "write", pull_requests: "write", checks: "write" }
const DEFAULT_EVENTS = [
  "check_run",
  "check_suite",
  "issue_comment",
  "issues",
  "pull_request",
  "pull_request_review",
  "pull_request_review_comment",
  "push",
]
const HOUR_MS = 3_600_000

/** Starts a GitHub for one machine. */
export async function startGitHubStandin(options: GitHubStandinOptions): Promise<GitHubStandin> {
  const clock = options.clock ?? Date.now
  const host = options.host ?? "127.0.0.1"
  const store = new Store(join(options.dataDir, "state.json"))
  const app = identityOf(options, store)
  store.state.webhookSecret = options.app.webhookSecret
  store.state.webhookUrl = options.app.webhookUrl ?? store.state.webhookUrl
  const faults = new Faults()
  const world = new World({
    store,
    git: new Git(options.dataDir),
    app,
    faults,
    deliveries: new Deliveries({ store, faults, conformance: options.conformance, appId: app.id, clock }),
    repositoriesDir: join(options.dataDir, "repositories"),
    tokenLifetimeMs: options.tokenLifetimeMs ?? HOUR_MS,
    deviceIntervalS: options.deviceIntervalS ?? 5,
    clock,
  })

  const server = createAdaptorServer({ fetch: createServer(world, options.conformance).fetch })
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject)
    server.listen(options.port ?? 0, host, resolve)
  })
  const address = server.address()
  if (address === null || typeof address === "string") throw new Error("the stand-in did not get a port")
  world.url = `http://${host}:${address.port}`
  // Pushes whose consequences an earlier process did not live to see.
  for (const repository of store.state.repositories) await syncRefs(world, repository, { user: world.ownerOf(repository), viaApp: false })
  store.save()

  const close = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve))
    if ("closeAllConnections" in server) server.closeAllConnections()
    await closed
    await world.deliveries.close()
    store.save()
  }
  const { clientId, clientSecret, privateKeyPem } = app
  return Object.assign(new Administration(world), {
    url: world.url,
    appPrivateKeyPem: privateKeyPem,
    clientId,
    clientSecret,
    faults,
    close,
  })
}

function identityOf(options: GitHubStandinOptions, store: Store): AppIdentity {
  const { app } = options
  const privateKeyPem = app.privateKeyPem ?? store.state.appPrivateKeyPem ?? generateKey()
  if (!app.privateKeyPem) store.state.appPrivateKeyPem = privateKeyPem
  store.state.appClientSecret ??= randomBytes(20).toString("hex")
  return {
    id: app.id,
    slug: app.slug,
    name: app.name,
    clientId: `Iv23li${createHash("sha256").update(app.slug).digest("hex").slice(0, 14)}`,
    clientSecret: store.state.appClientSecret,
    callbackUrls: app.callbackUrls ?? [],
    privateKeyPem,
    permissions: { metadata: "read", ...(app.permissions ?? DEFAULT_PERMISSIONS) },
    events: app.events ?? DEFAULT_EVENTS,
  }
}

const generateKey = (): string =>
  generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ type: "pkcs1", format: "pem" }).toString()
