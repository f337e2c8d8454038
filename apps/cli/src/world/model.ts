import { Schema } from "effect"
import { BadInput } from "../CliError.ts"

/** Which model answers, as the Worker's variables say it. */
export interface ModelChoice {
  /** `provider/model`, for people. */
  readonly name: string
  /** Said to people when no real model answers. */
  readonly note: string | null
  /** LOOM_MODEL and what belongs to it; may hold a key. */
  readonly variables: Readonly<Record<string, string>>
}

/** A variable that is set to nothing is not set. */
const given = (env: NodeJS.ProcessEnv, name: string): string | undefined => env[name]?.trim() || undefined

const copied = (env: NodeJS.ProcessEnv, names: ReadonlyArray<string>): Record<string, string> =>
  Object.fromEntries(names.flatMap((name) => (given(env, name) === undefined ? [] : [[name, given(env, name) ?? ""]])))

/** The default model of each provider whose key is enough; LOOM_MODEL overrides it. */
const defaults = [
  { key: "ANTHROPIC_API_KEY", model: "anthropic/claude-opus-5-5", names: ["ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL"] },
  { key: "OPENAI_API_KEY", model: "openai/gpt-6-sol", names: ["OPENAI_API_KEY", "OPENAI_BASE_URL"] },
] as const

const settings = ["LOOM_FALLBACK_MODEL", "LOOM_MODEL_PRICE", "LOOM_BUDGET_USD", "LOOM_MAX_TOKENS", "LOOM_MAX_TURNS", "LOOM_MAX_MINUTES"]

/**
 * The real model that the environment holds a key or an address for; null when it holds none.
 * An OpenAI-compatible server says itself which models it has: `listModels` answers their names.
 */
export const modelFromEnvironment = async (
  env: NodeJS.ProcessEnv,
  listModels: (baseUrl: string, key: string | undefined) => Promise<ReadonlyArray<string>>,
): Promise<ModelChoice | null> => {
  const wanted = given(env, "LOOM_MODEL")
  const all = copied(env, [
    ...settings,
    ...defaults.flatMap(({ names }) => names),
    "OPENAI_COMPATIBLE_API_KEY",
    "OPENAI_COMPATIBLE_BASE_URL",
  ])
  const baseUrl = given(env, "OPENAI_COMPATIBLE_BASE_URL")
  const provider = defaults.find(({ key }) => given(env, key) !== undefined)
  if (wanted !== undefined && (provider !== undefined || baseUrl !== undefined)) return real(wanted, all, baseUrl)
  if (provider !== undefined) return real(provider.model, all, baseUrl)
  if (baseUrl === undefined) return null
  const [first] = await listModels(baseUrl, given(env, "OPENAI_COMPATIBLE_API_KEY"))
  if (first === undefined) {
    throw new BadInput({ detail: `OPENAI_COMPATIBLE_BASE_URL names no model. Set LOOM_MODEL to openai-compatible/<model>.` })
  }
  return real(`openai-compatible/${first}`, all, baseUrl)
}

const real = (name: string, variables: Record<string, string>, baseUrl: string | undefined): ModelChoice => ({
  name,
  note: null,
  variables: {
    // A server on this machine costs nothing; any other price must be known, or the budget fails closed.
    LOOM_MODEL_PRICE: name.startsWith("openai-compatible/") && isLoopback(baseUrl) ? "free" : "known",
    ...variables,
    LOOM_MODEL: name,
  },
})

const isLoopback = (url: string | undefined): boolean => ["localhost", "127.0.0.1", "[::1]"].includes(URL.parse(url ?? "")?.hostname ?? "")

/** The recorded model at `url` answers in Anthropic's format; its key is a word that opens nothing. */
export const recordedModelChoice = (url: string): ModelChoice => ({
  name: "a recorded model",
  note: "a recorded model",
  variables: {
    LOOM_MODEL: "anthropic/recorded",
    LOOM_MODEL_PRICE: "free",
    LOOM_MODEL_NOTE: "a recorded model",
    ANTHROPIC_API_KEY: "recorded",
    ANTHROPIC_BASE_URL: url,
  },
})

const ModelList = Schema.Struct({ data: Schema.Array(Schema.Struct({ id: Schema.NonEmptyString })) })

/** `GET {baseUrl}/models` of an OpenAI-compatible server. */
export const listModels = async (baseUrl: string, key: string | undefined): Promise<ReadonlyArray<string>> => {
  try {
    const headers = key === undefined ? {} : { authorization: `Bearer ${key}` }
    const response = await fetch(`${baseUrl.replace(/\/$/, "")}/models`, { headers, signal: AbortSignal.timeout(10_000) })
    const list = await Schema.decodeUnknownPromise(ModelList)(await response.json())
    return list.data.map(({ id }) => id)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.split("\n")[0] : String(cause)
    throw new BadInput({
      detail: `OPENAI_COMPATIBLE_BASE_URL (${baseUrl}) does not list its models: ${why}. Start the server, or set LOOM_MODEL.`,
    })
  }
}
