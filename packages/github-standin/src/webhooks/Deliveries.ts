import { createHash, createHmac, randomUUID } from "node:crypto"
import type { Conformance } from "../conformance.ts"
import type { Faults } from "../faults.ts"
import type { DeliveryRecord } from "../store/records.ts"
import type { Store } from "../store/Store.ts"

/** GitHub waits 10 seconds for an answer and never tries again by itself. https://docs.github.com/webhooks/using-webhooks/handling-webhook-deliveries */
const TIMEOUT_MS = 10_000
/** Larger payloads are not delivered at all. https://docs.github.com/webhooks/webhook-events-and-payloads#payload-cap */
const MAX_PAYLOAD_BYTES = 25 * 1024 * 1024
const MAX_LOGGED_RESPONSE = 16 * 1024

export interface Webhook {
  readonly event: string
  readonly payload: Record<string, unknown>
}

/** `X-Hub-Signature-256` of a body. https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries */
export const signature256 = (secret: string, body: string | Buffer): string =>
  `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`

/** Signs, sends and logs the App's webhooks. */
export class Deliveries {
  readonly #store: Store
  readonly #faults: Faults
  readonly #conformance: Conformance | undefined
  readonly #appId: number
  readonly #clock: () => number
  readonly #inFlight = new Set<Promise<void>>()
  readonly #closing = new AbortController()

  constructor(parts: { store: Store; faults: Faults; conformance: Conformance | undefined; appId: number; clock: () => number }) {
    this.#store = parts.store
    this.#faults = parts.faults
    this.#conformance = parts.conformance
    this.#appId = parts.appId
    this.#clock = parts.clock
  }

  /** Sends in the background. Without a webhook URL GitHub makes no delivery at all. */
  send(webhook: Webhook): void {
    this.#conformance?.checkWebhook(webhook)
    if (!this.#store.state.webhookUrl) return
    const body = JSON.stringify(webhook.payload)
    if (Buffer.byteLength(body) > MAX_PAYLOAD_BYTES) return
    this.#track(this.#deliver(webhook.event, body, randomUUID(), false))
  }

  /** Same GUID and same bytes again, as a new delivery. */
  redeliver(delivery: DeliveryRecord): void {
    this.#track(this.#deliver(delivery.event, delivery.body, delivery.guid, true))
  }

  /** Resolves when nothing is being sent. */
  async idle(): Promise<void> {
    while (this.#inFlight.size > 0) await Promise.all(this.#inFlight)
  }

  async close(): Promise<void> {
    this.#closing.abort()
    await this.idle()
  }

  #track(work: Promise<void>): void {
    this.#inFlight.add(work)
    void work.finally(() => this.#inFlight.delete(work))
  }

  async #deliver(event: string, body: string, guid: string, redelivery: boolean): Promise<void> {
    const parsed = JSON.parse(body) as { action?: string; installation?: { id: number }; repository?: { id: number } }
    const faults = this.#faults.takeWebhook(event, parsed.action ?? null)
    if (faults.delayMs > 0) await pause(faults.delayMs, this.#closing.signal)
    const url = this.#store.state.webhookUrl
    if (!url) return
    const copies = faults.duplicate ? 2 : 1
    for (let copy = 0; copy < copies; copy++) {
      const delivery: DeliveryRecord = {
        id: this.#store.nextId(),
        guid,
        deliveredAt: new Date(this.#clock()).toISOString(),
        redelivery,
        durationMs: 0,
        status: "pending",
        statusCode: 0,
        event,
        action: parsed.action ?? null,
        installationId: parsed.installation?.id ?? null,
        repositoryId: parsed.repository?.id ?? null,
        url,
        requestHeaders: this.#headers(event, body, guid),
        body,
        responseHeaders: null,
        responseBody: null,
      }
      this.#store.state.deliveries.push(delivery)
      if (faults.drop) Object.assign(delivery, { status: "failed to connect to host", statusCode: 502 })
      else await this.#post(delivery)
      this.#store.touch()
    }
  }

  #headers(event: string, body: string, guid: string): Record<string, string> {
    const secret = this.#store.state.webhookSecret ?? ""
    return {
      accept: "*/*",
      "content-type": "application/json",
      "user-agent": `GitHub-Hookshot/${createHash("sha1").update(String(this.#appId)).digest("hex").slice(0, 7)}`,
      "x-github-delivery": guid,
      "x-github-event": event,
      "x-github-hook-id": String(this.#appId),
      "x-github-hook-installation-target-id": String(this.#appId),
      "x-github-hook-installation-target-type": "integration",
      "x-hub-signature": `sha1=${createHmac("sha1", secret).update(body).digest("hex")}`,
      "x-hub-signature-256": signature256(secret, body),
    }
  }

  async #post(delivery: DeliveryRecord): Promise<void> {
    const startedAt = Date.now()
    try {
      const signal = AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), this.#closing.signal])
      const response = await fetch(delivery.url, {
        method: "POST",
        headers: delivery.requestHeaders,
        body: delivery.body,
        signal,
        redirect: "manual",
      })
      delivery.responseHeaders = Object.fromEntries(response.headers)
      delivery.responseBody = (await response.text()).slice(0, MAX_LOGGED_RESPONSE)
      delivery.statusCode = response.status
      delivery.status = response.ok ? "OK" : `Invalid HTTP Response: ${response.status}`
    } catch (error) {
      const timedOut = error instanceof Error && error.name === "TimeoutError"
      delivery.statusCode = timedOut ? 504 : 502
      delivery.status = timedOut ? "timed out" : "failed to connect to host"
    }
    delivery.durationMs = Date.now() - startedAt
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true })
  })
}
