import { Effect, Redacted, Schema } from "effect"
import { RunId } from "./Ids.ts"

/** What the holder of a capability may ask of the gateways. */
export const Scope = Schema.Literals(["git:read", "git:push", "model"])
export type Scope = typeof Scope.Type

const Positive = Schema.Int.check(Schema.isGreaterThan(0))

/** One run and what it may do. The only credential sandboxd holds; the sandbox itself holds none. */
export const Capability = Schema.Struct({
  runId: RunId,
  /** GitHub's numeric ids: a repository renamed during the run stays this repository. */
  repositoryId: Positive,
  installationId: Positive,
  /** `owner/name`, the only repository the git gateway serves to this run. */
  fullName: Schema.String.check(Schema.isPattern(/^[^/\s]+\/[^/\s]+$/)),
  /** Without `refs/heads/`: the only branch the run may push. */
  branch: Schema.NonEmptyString,
  scopes: Schema.Array(Scope),
  /** Seconds since the epoch, as in RFC 7519 section 4.1.4. */
  exp: Positive,
})
export type Capability = typeof Capability.Type

/** Not a capability this Loom signed: altered, cut, made with another secret, or missing. */
export class CapabilityForged extends Schema.TaggedError<CapabilityForged>()("CapabilityForged", {}) {
  override get message(): string {
    return "The capability is not one of this Loom's. A new run gets a valid one."
  }
}
export class CapabilityExpired extends Schema.TaggedError<CapabilityExpired>()("CapabilityExpired", { runId: RunId, exp: Schema.Int }) {
  override get message(): string {
    return `The capability of run ${this.runId} has expired. A new run gets a fresh one.`
  }
}
export class CapabilityOutOfScope extends Schema.TaggedError<CapabilityOutOfScope>()("CapabilityOutOfScope", {
  runId: RunId,
  scope: Scope,
}) {
  override get message(): string {
    return `The capability of run ${this.runId} does not include ${this.scope}.`
  }
}
/** Whether its run still goes on could not be learnt now. Transient: nothing is let through, and the same request may pass later. */
export class CapabilityUnverified extends Schema.TaggedError<CapabilityUnverified>()("CapabilityUnverified", { runId: RunId }) {
  override get message(): string {
    return `The coordinator does not say whether run ${this.runId} still goes on. Try again.`
  }
}
export type CapabilityError = CapabilityForged | CapabilityExpired | CapabilityOutOfScope | CapabilityUnverified

const PREFIX = "loom1"
/** Longer tokens are refused before any work is done on them. */
const MAX_TOKEN_LENGTH = 4096
const Payload = Schema.fromJsonString(Capability)
const encodePayload = Schema.encodeEffect(Payload)
const decodePayload = Schema.decodeEffect(Payload)

const toBase64Url = (bytes: Uint8Array): string =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "")

/** Null unless `text` is the one canonical base64url spelling of its bytes: a token has no second form. */
const fromBase64Url = (text: string): Uint8Array<ArrayBuffer> | null => {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) return null
  const bytes = Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (char) => char.charCodeAt(0))
  return toBase64Url(bytes) === text ? bytes : null
}

const hmacKey = (secret: Redacted.Redacted<string>, use: "sign" | "verify") =>
  Effect.promise(() =>
    crypto.subtle.importKey("raw", new TextEncoder().encode(Redacted.value(secret)), { name: "HMAC", hash: "SHA-256" }, false, [use]),
  )

/** The version is part of what is signed, so that a later format can never be read as this one. */
const signedBytes = (payload: string) => new TextEncoder().encode(`${PREFIX}.${payload}`)

/** `loom1.<base64url JSON>.<base64url HMAC-SHA-256>`. `secret` is the operator's signing secret, 32 random bytes or more. */
export const signCapability = Effect.fn("Capability.sign")(function* (secret: Redacted.Redacted<string>, capability: Capability) {
  const payload = toBase64Url(new TextEncoder().encode(yield* Effect.orDie(encodePayload(capability))))
  const key = yield* hmacKey(secret, "sign")
  const mac = yield* Effect.promise(() => crypto.subtle.sign("HMAC", key, signedBytes(payload)))
  return `${PREFIX}.${payload}.${toBase64Url(new Uint8Array(mac))}`
})

/**
 * Verified before parsed: nothing of an unsigned token is looked at. `crypto.subtle.verify` compares in constant time.
 * `nowMs` is milliseconds since the epoch. A capability is dead from its `exp` second on.
 */
export const verifyCapability = Effect.fn("Capability.verify")(function* (
  secret: Redacted.Redacted<string>,
  token: string,
  scope: Scope,
  nowMs: number,
): Effect.fn.Return<Capability, CapabilityError> {
  const [prefix, payload, mac, ...rest] = token.length > MAX_TOKEN_LENGTH ? [] : token.split(".")
  if (prefix !== PREFIX || payload === undefined || mac === undefined || rest.length > 0) return yield* new CapabilityForged()
  const [body, signature] = [fromBase64Url(payload), fromBase64Url(mac)]
  if (body === null || signature === null) return yield* new CapabilityForged()
  const key = yield* hmacKey(secret, "verify")
  const genuine = yield* Effect.promise(() => crypto.subtle.verify("HMAC", key, signature, signedBytes(payload)))
  if (!genuine) return yield* new CapabilityForged()
  const capability = yield* decodePayload(new TextDecoder().decode(body)).pipe(Effect.mapError(() => new CapabilityForged()))
  if (nowMs >= capability.exp * 1000) return yield* new CapabilityExpired({ runId: capability.runId, exp: capability.exp })
  if (!capability.scopes.includes(scope)) return yield* new CapabilityOutOfScope({ runId: capability.runId, scope })
  return capability
})
