import { Config, ConfigProvider, Context, Effect, Layer, Option, Redacted, Schema } from "effect"
import { isLoopback } from "@loom/api/auth/credentials"
import { isHostPattern } from "@loom/core/domain/network-config"
import { rememberSecrets } from "@loom/core/domain/redact"
import { parsePrivateKey, readPublicKey } from "@loom/core/domain/ProofKey"
import { defaultTierLimits, type TierLimits, TierOverrides } from "@loom/core/domain/Tier"

/** A setting is missing or wrong: every request is refused until it is mended. The message names the setting and the remedy. */
export class ConfigurationInvalid extends Schema.TaggedError<ConfigurationInvalid>()("ConfigurationInvalid", { detail: Schema.String }) {
  override get message(): string {
    return `Loom is not configured: ${this.detail}`
  }
}

const optional = <A>(config: Config.Config<A>) => config.pipe(Config.option, Config.map(Option.getOrNull))
const trimmed = (name: string) => Config.NonEmptyString(name).pipe(Config.map((url) => url.replace(/\/+$/, "")))

const hostList = (name: string) =>
  Config.String(name).pipe(
    Config.withDefault(""),
    Config.map((hosts) =>
      hosts
        .split(",")
        .map((host) => host.trim())
        .filter((host) => host !== ""),
    ),
  )

const settings = Config.all({
  github: Config.all({
    appId: Config.Int("GITHUB_APP_ID"),
    appSlug: Config.NonEmptyString("GITHUB_APP_SLUG"),
    privateKey: Config.Redacted("GITHUB_APP_PRIVATE_KEY"),
    webhookSecret: Config.Redacted("GITHUB_WEBHOOK_SECRET"),
    apiUrl: trimmed("GITHUB_API_URL").pipe(Config.withDefault("https://api.github.com")),
    gitUrl: trimmed("GITHUB_GIT_URL").pipe(Config.withDefault("https://github.com")),
  }),
  /** Public origin of this Loom, for links. */
  publicUrl: trimmed("LOOM_PUBLIC_URL"),
  /** Where the sandbox host reaches this Worker; the public origin unless said otherwise. */
  gatewayUrl: optional(trimmed("LOOM_GATEWAY_URL")),
  capabilitySecret: Config.Redacted("LOOM_CAPABILITY_SECRET"),
  /** Signs proofs: an Ed25519 private key. */
  proofKey: Config.Redacted("LOOM_PROOF_KEY"),
  /** Public keys of earlier proofs, served beside the present one: bodies of PEM, separated by commas or white space. */
  oldProofKeys: Config.String("LOOM_PROOF_OLD_KEYS").pipe(
    Config.withDefault(""),
    Config.map((keys) => keys.split(/[\s,]+/).filter((key) => key !== "")),
  ),
  /** Of the App's settings page: with them people sign in with GitHub. */
  signIn: Config.all({
    clientId: optional(Config.NonEmptyString("LOOM_GITHUB_CLIENT_ID")),
    clientSecret: optional(Config.Redacted("LOOM_GITHUB_CLIENT_SECRET")),
  }),
  /** GitHub logins, or numeric user ids, which no renamed login can take over. */
  operators: Config.String("LOOM_OPERATORS").pipe(
    Config.withDefault(""),
    Config.map((names) =>
      names
        .toLowerCase()
        .split(/[\s,]+/)
        .filter((name) => name !== ""),
    ),
  ),
  tiers: Config.schema(TierOverrides, "LOOM_TIERS").pipe(
    Config.withDefault({}),
    Config.map((given): TierLimits => ({ ...defaultTierLimits, ...given })),
  ),
  /** Set by `npm start` alone: whoever reaches this Loom by a name of this machine is this user, without signing in. */
  localUser: Config.String("LOOM_LOCAL_USER").pipe(
    Config.withDefault(""),
    Config.map((name) => (name === "" ? null : name)),
  ),
  apiToken: optional(Config.Redacted("LOOM_API_TOKEN")),
  publicStatus: Config.Boolean("LOOM_PUBLIC_STATUS").pipe(Config.withDefault(false)),
  /** A sandbox host over HTTP; without it the Cloudflare container is used. */
  sandboxUrl: optional(trimmed("LOOM_SANDBOX_URL")),
  sandboxToken: optional(Config.Redacted("LOOM_SANDBOX_TOKEN")),
  allowedHosts: hostList("LOOM_ALLOWED_HOSTS"),
  /** What repositories may ask for with `network:` of `.github/loom.yml`: nothing unless said here. */
  repositoryHosts: Config.all({ setup: hostList("LOOM_SETUP_HOSTS"), tests: hostList("LOOM_TEST_HOSTS") }),
  sandboxEnv: Config.schema(Schema.fromJsonString(Schema.Record(Schema.String, Schema.String)), "LOOM_SANDBOX_ENV").pipe(
    Config.withDefault({}),
  ),
  controlLabel: Config.NonEmptyString("LOOM_LABEL").pipe(Config.withDefault("loom:ready")),
  model: optional(Config.NonEmptyString("LOOM_MODEL")),
  fallbackModel: optional(Config.NonEmptyString("LOOM_FALLBACK_MODEL")),
  modelPrice: Config.Literals(["known", "free"], "LOOM_MODEL_PRICE").pipe(Config.withDefault("known" as const)),
  modelNote: optional(Config.NonEmptyString("LOOM_MODEL_NOTE")),
  anthropic: Config.all({ key: optional(Config.Redacted("ANTHROPIC_API_KEY")), url: optional(trimmed("ANTHROPIC_BASE_URL")) }),
  openai: Config.all({ key: optional(Config.Redacted("OPENAI_API_KEY")), url: optional(trimmed("OPENAI_BASE_URL")) }),
  compatible: Config.all({
    key: optional(Config.Redacted("OPENAI_COMPATIBLE_API_KEY")),
    url: optional(trimmed("OPENAI_COMPATIBLE_BASE_URL")),
  }),
  budget: Config.all({
    maxUsd: Config.Finite("LOOM_BUDGET_USD").pipe(Config.withDefault(5)),
    maxTokens: Config.Int("LOOM_MAX_TOKENS").pipe(Config.withDefault(3_000_000)),
    maxTurns: Config.Int("LOOM_MAX_TURNS").pipe(Config.withDefault(60)),
  }),
  maxMinutes: Config.Finite("LOOM_MAX_MINUTES").pipe(Config.withDefault(60)),
  maxFixRounds: Config.Int("LOOM_MAX_FIX_ROUNDS").pipe(Config.withDefault(3)),
  testTimeoutMinutes: Config.Finite("LOOM_TEST_TIMEOUT_MINUTES").pipe(Config.withDefault(15)),
  concurrency: Config.Int("LOOM_CONCURRENCY").pipe(Config.withDefault(2)),
})
export type Settings = Config.Success<typeof settings>

/** What the operator set (README.md "Configuring"), read once per invocation from the Worker's `env`. */
export class LoomConfig extends Context.Service<LoomConfig, Settings>()("@loom/worker/LoomConfig") {
  static readonly layer = (env: object) => Layer.effect(LoomConfig, readSettings(env))
}

/** Only text settings are shown to the provider: bindings are objects of the platform. */
const textOf = (env: object) => Object.fromEntries(Object.entries(env).filter(([, value]) => typeof value === "string"))

const readSettings = (env: object) =>
  Effect.gen(function* () {
    const read = yield* settings.parse(ConfigProvider.fromUnknown(textOf(env))).pipe(
      Effect.mapError(
        (error) =>
          new ConfigurationInvalid({
            detail: `${error.message}. Set it with \`wrangler secret put\` or in \`[vars]\` of wrangler.toml.`,
          }),
      ),
    )
    // Before anything is said: also the sentence about what is wrong goes past it.
    rememberSecrets(secretsOf(read))
    const problem = contradiction(read)
    return problem === null ? read : yield* new ConfigurationInvalid({ detail: problem })
  })

/** Everything that must never be shown, as it stands in the settings. */
export const secretsOf = (read: Settings): ReadonlyArray<string> =>
  [
    read.github.privateKey,
    read.github.webhookSecret,
    read.capabilitySecret,
    read.proofKey,
    read.apiToken,
    read.sandboxToken,
    read.anthropic.key,
    read.openai.key,
    read.compatible.key,
  ].flatMap((secret) => (secret === null ? [] : [Redacted.value(secret)]))

const PROVIDERS = ["anthropic", "openai", "openai-compatible", "workers-ai"]

/** Settings that are well-formed alone and wrong together. */
const contradiction = (read: Settings): string | null => {
  if (Redacted.value(read.capabilitySecret).length < 32)
    return "LOOM_CAPABILITY_SECRET is shorter than 32 characters. Make one with `openssl rand -hex 32`."
  if (parsePrivateKey(Redacted.value(read.proofKey)) === null)
    return "LOOM_PROOF_KEY is no Ed25519 private key (PKCS#8 or JWK). Make one with `npm run -s loom -- keygen`."
  const unread = read.oldProofKeys.findIndex((key) => readPublicKey(key) === null)
  if (unread >= 0)
    return `LOOM_PROOF_OLD_KEYS: number ${unread + 1} is no Ed25519 public key. Give the one line between BEGIN and END of each.`
  if (Redacted.value(read.github.webhookSecret).length < 8)
    return "GITHUB_WEBHOOK_SECRET is shorter than 8 characters. Set the one of the App's settings page."
  const unreadable = [
    ...read.allowedHosts.map((host) => (host.includes("*") ? "" : host)),
    ...read.repositoryHosts.setup,
    ...read.repositoryHosts.tests,
  ]
  if (unreadable.some((host) => !isHostPattern(host)))
    return "LOOM_ALLOWED_HOSTS must be hosts like `host` or `host:port`, separated by commas; LOOM_SETUP_HOSTS and LOOM_TEST_HOSTS also take `*.suffix` and `*`."
  if (read.sandboxUrl !== null && read.sandboxToken === null)
    return "LOOM_SANDBOX_URL is set without LOOM_SANDBOX_TOKEN. Set the token the sandbox host was started with."
  const access = accessContradiction(read)
  if (access !== null) return access
  for (const model of [read.model, read.fallbackModel]) {
    if (model === null) continue
    const provider = model.slice(0, model.indexOf("/"))
    if (!PROVIDERS.includes(provider)) return `LOOM_MODEL \`${model}\` must be \`provider/model\` with one of ${PROVIDERS.join(", ")}.`
    if (provider === "anthropic" && read.anthropic.key === null) return "LOOM_MODEL names anthropic, and ANTHROPIC_API_KEY is not set."
    if (provider === "openai" && read.openai.key === null) return "LOOM_MODEL names openai, and OPENAI_API_KEY is not set."
    if (provider === "openai-compatible" && read.compatible.url === null)
      return "LOOM_MODEL names openai-compatible, and OPENAI_COMPATIBLE_BASE_URL is not set."
  }
  return null
}

/** Who may come in. A local user where others can reach this Loom would be everybody: nothing is served then. */
const accessContradiction = ({ localUser, publicUrl, signIn }: Settings): string | null => {
  const url = URL.parse(publicUrl)
  if (url === null || !/^https?:$/.test(url.protocol)) return "LOOM_PUBLIC_URL is no http or https address."
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "")
    return "LOOM_PUBLIC_URL has more than an origin, e.g. `https://loom.example.com`."
  const isLocal = isLoopback(url.host)
  if (localUser !== null && !isLocal)
    return "LOOM_LOCAL_USER is set, and LOOM_PUBLIC_URL is not this machine. Remove it: in a deployment people sign in with GitHub."
  if ((signIn.clientId === null) !== (signIn.clientSecret === null))
    return "LOOM_GITHUB_CLIENT_ID and LOOM_GITHUB_CLIENT_SECRET belong together. Both are on the App's settings page."
  if (signIn.clientId !== null && url.protocol !== "https:" && !isLocal)
    return "LOOM_PUBLIC_URL is plain http, over which nobody can sign in safely. Use https."
  return null
}
