import { randomBytes } from "node:crypto"
import { badCredentials } from "../http/errors.ts"
import type { InstallationRecord, InstallationTokenRecord, Permissions, UserRecord } from "../store/records.ts"
import { isoSeconds, type World } from "../world.ts"
import type { Actor } from "./actor.ts"
import { checkAppJwt } from "./jwt.ts"

const SIGNATURE_BYTES = 256

/**
 * A token in the form GitHub gives installations since 2026: `ghs_<app id>_<JSON web token>`, about 520 characters, opaque to its holder.
 * The signature is random bytes: nobody verifies it.
 */
function newInstallationToken(world: World, installation: InstallationRecord, expiresAtMs: number): string {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url")
  const header = encode({ alg: "RS256", typ: "JWT" })
  const payload = encode({ iss: "github", sub: installation.id, exp: Math.floor(expiresAtMs / 1000), jti: randomBytes(16).toString("hex") })
  return `ghs_${world.app.id}_${header}.${payload}.${randomBytes(SIGNATURE_BYTES).toString("base64url")}`
}

export function createInstallationToken(
  world: World,
  installation: InstallationRecord,
  scope: { readonly repositoryIds: ReadonlyArray<number> | null; readonly permissions: Permissions },
): InstallationTokenRecord {
  const expiresAtMs = world.nowMs() + world.tokenLifetimeMs
  const token = { token: newInstallationToken(world, installation, expiresAtMs), installationId: installation.id, expiresAtMs, ...scope }
  const tokens = world.store.state.installationTokens
  world.store.state.installationTokens = [...tokens.filter((other) => other.expiresAtMs > world.nowMs()), token]
  world.store.touch()
  return token
}

export function revokeInstallationToken(world: World, token: string): void {
  world.store.state.installationTokens = world.store.state.installationTokens.filter((other) => other.token !== token)
  world.store.touch()
}

/** A personal access token; the same one each time for a user. */
export function personalToken(world: World, user: UserRecord): string {
  const known = world.store.state.userTokens.find((record) => record.userId === user.id)
  if (known) return known.token
  const token = `ghp_${randomBytes(27).toString("base64url").replaceAll(/[-_]/g, "x")}`
  world.store.state.userTokens.push({ token, userId: user.id })
  world.store.touch()
  return token
}

export const expiryOf = (token: InstallationTokenRecord): string => isoSeconds(token.expiresAtMs)

/** Who holds this token; unknown, revoked and expired ones are refused alike. */
export function actorOfToken(world: World, token: string): Actor {
  const owner = world.store.state.userTokens.find((record) => record.token === token)
  if (owner) return { kind: "user", user: world.store.user(owner.userId) }
  const access = world.store.state.userAccessTokens.find((candidate) => candidate.token === token)
  if (access && access.expiresAtMs > world.nowMs()) return { kind: "user", user: world.store.user(access.userId), viaApp: true }
  const record = world.store.state.installationTokens.find((candidate) => candidate.token === token)
  const installation = record && world.installation(record.installationId)
  if (!record || !installation || record.expiresAtMs <= world.nowMs() || installation.suspendedAt !== null) throw badCredentials()
  return { kind: "installation", token: record, installation }
}

/** The actor of an `Authorization` header: `Bearer`, `token`, or `Basic` with the token as password. */
export function actorOfHeader(world: World, header: string | undefined): Actor {
  if (!header) return { kind: "anonymous" }
  const [scheme = "", value = ""] = header.trim().split(/\s+/, 2)
  switch (scheme.toLowerCase()) {
    case "bearer":
    case "token": {
      if (!/^eyJ[\w-]+\.[\w-]+\.[\w-]+$/.test(value)) return actorOfToken(world, value)
      checkAppJwt(value, world.app, world.nowMs())
      return { kind: "app" }
    }
    case "basic": {
      const [user = "", password = ""] = splitOnce(Buffer.from(value, "base64").toString(), ":")
      return actorOfToken(world, password === "" || password === "x-oauth-basic" ? user : password)
    }
    default:
      throw badCredentials()
  }
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator)
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)]
}
