import { join } from "node:path"
import type { Faults } from "./faults.ts"
import { BareRepository, type Git } from "./git/run.ts"
import type { InstallationRecord, Permissions, RepositoryRecord, UserRecord } from "./store/records.ts"
import type { Store } from "./store/Store.ts"
import type { Deliveries } from "./webhooks/Deliveries.ts"

export interface AppIdentity {
  readonly id: number
  readonly slug: string
  readonly name: string
  readonly clientId: string
  readonly clientSecret: string
  /** Where a sign-in may come back to: exactly these. */
  callbackUrls: ReadonlyArray<string>
  readonly privateKeyPem: string
  readonly permissions: Permissions
  readonly events: ReadonlyArray<string>
}

/** Who does something: a user, or the App's bot. */
export interface Author {
  readonly user: UserRecord
  readonly viaApp: boolean
}

/** Everything a route or an action reaches for. One per running stand-in. */
export class World {
  readonly store: Store
  readonly git: Git
  readonly app: AppIdentity
  readonly faults: Faults
  readonly deliveries: Deliveries
  readonly repositoriesDir: string
  readonly tokenLifetimeMs: number
  readonly deviceIntervalS: number
  readonly #clock: () => number
  /** `http://host:port`, known once the server listens. API and web pages share it. */
  url = ""

  constructor(parts: {
    store: Store
    git: Git
    app: AppIdentity
    faults: Faults
    deliveries: Deliveries
    repositoriesDir: string
    tokenLifetimeMs: number
    deviceIntervalS: number
    clock: () => number
  }) {
    this.store = parts.store
    this.git = parts.git
    this.app = parts.app
    this.faults = parts.faults
    this.deliveries = parts.deliveries
    this.repositoriesDir = parts.repositoriesDir
    this.tokenLifetimeMs = parts.tokenLifetimeMs
    this.deviceIntervalS = parts.deviceIntervalS
    this.#clock = parts.clock
  }

  nowMs(): number {
    return this.#clock()
  }

  /** The time as the REST API writes it: UTC, whole seconds. */
  now(): string {
    return isoSeconds(this.#clock())
  }

  ownerOf(repository: RepositoryRecord): UserRecord {
    return this.store.user(repository.ownerId)
  }

  fullName(repository: RepositoryRecord): string {
    return `${this.ownerOf(repository).login}/${repository.name}`
  }

  apiUrl(repository: RepositoryRecord): string {
    return `${this.url}/repos/${this.fullName(repository)}`
  }

  htmlUrl(repository: RepositoryRecord): string {
    return `${this.url}/${this.fullName(repository)}`
  }

  bare(repository: RepositoryRecord): BareRepository {
    return new BareRepository(this.git, join(this.repositoriesDir, `${this.fullName(repository)}.git`))
  }

  /** The App acting through its installation. */
  bot(): Author {
    const login = `${this.app.slug}[bot]`
    const known = this.store.userByLogin(login)
    if (known) return { user: known, viaApp: true }
    const user: UserRecord = { id: this.store.nextId(), login, type: "Bot", createdAt: this.now() }
    this.store.state.users.push(user)
    return { user, viaApp: true }
  }

  installation(id: number): InstallationRecord | undefined {
    return this.store.state.installations.find((installation) => installation.id === id)
  }
}

export const isoSeconds = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`

/** GitHub's opaque global ids: a prefix for the type, then text. */
export const nodeId = (prefix: string, id: number | string): string => `${prefix}_kwDO${Buffer.from(String(id)).toString("base64url")}`
