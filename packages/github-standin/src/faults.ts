/** What a test can make go wrong. Every rule is used up after `times` matches (default 1). */
export interface WebhookRule {
  /** Event name, e.g. `issues` or `issues.labeled`; absent: any event. */
  readonly event?: string
  readonly times?: number
}

export interface RequestRule {
  readonly method?: string
  /** Tested against the path, e.g. `/\/pulls$/`. */
  readonly path?: RegExp
  readonly times?: number
  readonly status: number
  readonly body?: unknown
  readonly headers?: Record<string, string>
  /** `before` (default): the request has no effect. `after`: it has, and only its answer is lost. */
  readonly when?: "before" | "after"
}

interface Armed<Rule> {
  readonly rule: Rule
  left: number
}

export class Faults {
  readonly #drops: Array<Armed<WebhookRule>> = []
  readonly #duplicates: Array<Armed<WebhookRule>> = []
  readonly #delays: Array<Armed<WebhookRule & { readonly delayMs: number }>> = []
  readonly #requests: Array<Armed<RequestRule>> = []

  /** The delivery is logged as failed to connect; nothing is sent. */
  dropNextWebhook(rule: WebhookRule = {}): void {
    this.#drops.push(armed(rule))
  }

  /** The same bytes with the same GUID are sent twice. */
  duplicateNextWebhook(rule: WebhookRule = {}): void {
    this.#duplicates.push(armed(rule))
  }

  delayNextWebhook(delayMs: number, rule: WebhookRule = {}): void {
    this.#delays.push(armed({ ...rule, delayMs }))
  }

  /** REST requests that match are answered with `status`, e.g. 502, or 403 with `retry-after`. */
  failNextRequest(rule: RequestRule): void {
    this.#requests.push(armed(rule))
  }

  clear(): void {
    for (const list of [this.#drops, this.#duplicates, this.#delays, this.#requests]) list.length = 0
  }

  takeWebhook(event: string, action: string | null): { drop: boolean; duplicate: boolean; delayMs: number } {
    const matches = (rule: WebhookRule): boolean => rule.event === undefined || rule.event === event || rule.event === `${event}.${action}`
    return {
      drop: take(this.#drops, matches) !== undefined,
      duplicate: take(this.#duplicates, matches) !== undefined,
      delayMs: take(this.#delays, matches)?.delayMs ?? 0,
    }
  }

  takeRequest(method: string, path: string): RequestRule | undefined {
    return take(this.#requests, (rule) => (rule.method ?? method) === method && (rule.path?.test(path) ?? true))
  }
}

const armed = <Rule extends { readonly times?: number }>(rule: Rule): Armed<Rule> => ({ rule, left: rule.times ?? 1 })

function take<Rule>(list: Array<Armed<Rule>>, matches: (rule: Rule) => boolean): Rule | undefined {
  const index = list.findIndex((entry) => matches(entry.rule))
  const entry = list[index]
  if (!entry) return undefined
  entry.left -= 1
  if (entry.left <= 0) list.splice(index, 1)
  return entry.rule
}
