import { createHmac } from "node:crypto"
import { Clock, Effect, Redacted } from "effect"
import { CapabilityExpired, CapabilityUnverified, type Scope, signCapability, verifyCapability } from "@loom/core/domain/Capability"
import { fullName } from "@loom/core/domain/Repository"
import type { RunInput } from "@loom/core/domain/Run"
import type { GatewayRoute } from "@loom/core/ports/Sandbox"
import type { Coordinator } from "@loom/core/ports/Coordinator"
import type { Settings } from "./LoomConfig.ts"

/**
 * Longer than any run: `maxMinutes` bounds the writing only, and after its last turn come verify, review, another round and
 * publish with their own limits. A run that is over is refused by its coordinator, not by the clock alone.
 */
const GRACE_S = 6 * 3600

/**
 * Token of the daemon in one run's container. It stands in the container's environment, beside foreign code, so it is good for
 * this box only: the secret that signs every capability never goes there.
 */
export const boxToken = (settings: Pick<Settings, "capabilitySecret">, runId: string): Redacted.Redacted<string> =>
  Redacted.make(createHmac("sha256", Redacted.value(settings.capabilitySecret)).update(`loom sandboxd ${runId}`).digest("hex"))

/** A capability for exactly this run and branch. */
export const mintCapability = Effect.fn("mintCapability")(function* (
  settings: Settings,
  input: RunInput,
  branch: string,
  scopes: ReadonlyArray<Scope>,
) {
  const nowMs = yield* Clock.currentTimeMillis
  return yield* signCapability(settings.capabilitySecret, {
    runId: input.runId,
    repositoryId: input.repository.id,
    installationId: input.repository.installationId,
    fullName: fullName(input.repository),
    branch,
    scopes,
    exp: Math.floor(nowMs / 1000) + Math.ceil(settings.maxMinutes * 60) + GRACE_S,
  })
})

/** Genuine, in time, in scope, and of a run that still goes on: the coordinator's fence revokes every other. */
export const checkCapability = (settings: Pick<Settings, "capabilitySecret">, coordinator: Coordinator["Service"]) =>
  Effect.fn("checkCapability")(function* (token: string, scope: Scope) {
    const capability = yield* verifyCapability(settings.capabilitySecret, token, scope, yield* Clock.currentTimeMillis)
    const { exp, runId } = capability
    const signal = yield* coordinator
      .report(capability.repositoryId, capability.runId, { kind: "heartbeat" })
      .pipe(Effect.mapError(() => new CapabilityUnverified({ runId })))
    return signal.stop ? yield* new CapabilityExpired({ runId, exp }) : capability
  })

/** The doors of the run's sandbox. The capability is added by the sandbox host, outside the sandbox. */
export const gatewayRoutes = Effect.fn("gatewayRoutes")(function* (settings: Settings, input: RunInput, branch: string) {
  const base = settings.gatewayUrl ?? settings.publicUrl
  const token = yield* mintCapability(settings, input, branch, ["git:read", "git:push"])
  const git: GatewayRoute = { host: "git.loom.internal", upstream: `${base}/gateways/git`, headers: { authorization: `Bearer ${token}` } }
  return [git]
})
