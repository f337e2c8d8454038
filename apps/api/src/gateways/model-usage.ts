import { noUsage, type Usage } from "@loom/core/domain/Usage"

/** What one answer of a model told about itself. `usage.requests` is 1 and `usage.costUsd` null: prices are another's. */
export interface Metered {
  readonly model: string | null
  readonly usage: Usage
  /** False when the answer ended without figures. */
  readonly complete: boolean
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value)
const record = (value: unknown): Record<string, unknown> => (isRecord(value) ? value : {})
const count = (value: unknown): number | null =>
  typeof value === "number" && Number.isFinite(value) && value >= 0 ? Math.trunc(value) : null

interface Tokens {
  readonly input: number | null
  readonly output: number | null
  readonly cached: number | null
}

/**
 * The three shapes of usage: Anthropic Messages counts cached input beside `input_tokens`; OpenAI Responses and OpenAI Chat
 * count it within. Ledger rows always hold it within.
 */
const tokensOf = (usage: Record<string, unknown>): Tokens => {
  const anthropicCache = [usage["cache_read_input_tokens"], usage["cache_creation_input_tokens"]].map(count)
  const input = count(usage["input_tokens"]) ?? count(usage["prompt_tokens"])
  const cacheOf = (details: unknown) => count(record(details)["cached_tokens"])
  return {
    input: input === null ? null : input + (anthropicCache[0] ?? 0) + (anthropicCache[1] ?? 0),
    output: count(usage["output_tokens"]) ?? count(usage["completion_tokens"]),
    cached: anthropicCache[0] ?? cacheOf(usage["input_tokens_details"]) ?? cacheOf(usage["prompt_tokens_details"]),
  }
}

/** Reads bodies of answers, whole or event by event; figures are running totals, so the last one said counts. */
export class UsageMeter {
  #model: string | null = null
  #tokens: Tokens = { input: null, output: null, cached: null }

  /** One JSON answer, or the data of one server-sent event. Whatever is no usage is passed over. */
  take(value: unknown): void {
    const event = record(value)
    // `message_start` and `response.completed` wrap what a plain answer holds.
    const source = [event, record(event["message"]), record(event["response"])]
    for (const part of source) {
      if (typeof part["model"] === "string") this.#model = part["model"]
      if (!isRecord(part["usage"])) continue
      const said = tokensOf(part["usage"])
      this.#tokens = {
        input: said.input === null ? this.#tokens.input : Math.max(said.input, this.#tokens.input ?? 0),
        output: said.output ?? this.#tokens.output,
        cached: said.cached ?? this.#tokens.cached,
      }
    }
  }

  /** `estimate` stands in for what was never said (a stream that broke off): tokens count always. */
  result(estimate: { readonly input: number; readonly output: number }): Metered {
    const { cached, input, output } = this.#tokens
    return {
      model: this.#model,
      usage: {
        ...noUsage,
        requests: 1,
        inputTokens: input ?? estimate.input,
        outputTokens: output ?? estimate.output,
        cachedInputTokens: Math.min(cached ?? 0, input ?? estimate.input),
        costUsd: null,
      },
      complete: input !== null && output !== null,
    }
  }
}

/** No event of a model is longer; a longer line is passed over. */
const MAX_LINE = 16 * 1024 * 1024

/** Server-sent events (WHATWG HTML 9.2) as far as usage needs them: the JSON of each event's `data` lines. */
export class SseData {
  readonly #decoder = new TextDecoder()
  readonly #onData: (value: unknown) => void
  #rest = ""
  #data: Array<string> = []

  constructor(onData: (value: unknown) => void) {
    this.#onData = onData
  }

  feed(chunk: Uint8Array): void {
    this.#lines(this.#decoder.decode(chunk, { stream: true }))
  }

  end(): void {
    this.#lines(`${this.#decoder.decode()}\n\n`)
  }

  #lines(text: string): void {
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/)
    this.#rest = lines.pop() ?? ""
    if (this.#rest.length > MAX_LINE) this.#rest = ""
    for (const line of lines) {
      if (line.startsWith("data:")) this.#data.push(line.slice(5).replace(/^ /, ""))
      else if (line === "") this.#dispatch()
    }
  }

  #dispatch(): void {
    const data = this.#data.join("\n")
    this.#data = []
    if (data === "" || data === "[DONE]") return
    try {
      this.#onData(JSON.parse(data))
    } catch {
      // Not JSON: nothing to meter.
    }
  }
}
