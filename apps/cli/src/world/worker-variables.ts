import type { ModelChoice } from "./model.ts"
import type { Registries } from "./registries.ts"

/** Secrets made for one world; they open nothing outside of it. */
export interface WorldSecrets {
  readonly webhook: string
  readonly capability: string
  readonly apiToken: string
  readonly sandboxToken: string
  /** Outlives the world, so that its proofs can be checked later. */
  readonly proofKey: string
}

export interface GitHubIdentity {
  readonly appId: number
  readonly slug: string
  readonly privateKeyPem: string
  readonly clientId: string
  readonly clientSecret: string
  readonly apiUrl: string
  readonly gitUrl: string
}

/** Everything the Worker is told (README: Settings). Later entries win, so `extra` can override for a test. */
export const workerVariables = (parts: {
  readonly github: GitHubIdentity
  readonly secrets: WorldSecrets
  /** Who everybody is that comes from this machine. */
  readonly localUser: string
  readonly workerUrl: string
  readonly sandboxUrl: string
  readonly registries: Registries
  readonly allowedHosts: ReadonlyArray<string>
  readonly model: ModelChoice
  readonly extra: Readonly<Record<string, string>>
}): Record<string, string> => ({
  GITHUB_APP_ID: String(parts.github.appId),
  GITHUB_APP_SLUG: parts.github.slug,
  GITHUB_APP_PRIVATE_KEY: parts.github.privateKeyPem,
  GITHUB_WEBHOOK_SECRET: parts.secrets.webhook,
  GITHUB_API_URL: parts.github.apiUrl,
  GITHUB_GIT_URL: parts.github.gitUrl,
  LOOM_GITHUB_CLIENT_ID: parts.github.clientId,
  LOOM_GITHUB_CLIENT_SECRET: parts.github.clientSecret,
  LOOM_LOCAL_USER: parts.localUser,
  LOOM_PUBLIC_URL: parts.workerUrl,
  // The sandbox host runs on this machine, so it reaches the gateways where people reach the status page.
  LOOM_GATEWAY_URL: parts.workerUrl,
  LOOM_CAPABILITY_SECRET: parts.secrets.capability,
  LOOM_PROOF_KEY: parts.secrets.proofKey,
  LOOM_API_TOKEN: parts.secrets.apiToken,
  LOOM_PUBLIC_STATUS: "true",
  LOOM_SANDBOX_URL: parts.sandboxUrl,
  LOOM_SANDBOX_TOKEN: parts.secrets.sandboxToken,
  LOOM_ALLOWED_HOSTS: [...new Set([...parts.registries.hosts, ...parts.allowedHosts])].join(","),
  LOOM_SANDBOX_ENV: JSON.stringify(parts.registries.env),
  // The local Workflows engine forgets its running instances when its process dies (facts/idioms.md section 8).
  LOOM_RECOVER_ON_WAKE_MS: "2000",
  ...parts.model.variables,
  ...parts.extra,
})
