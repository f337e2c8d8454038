import type { Bytes } from "./byte-streams.ts"
import { SseData, type UsageMeter } from "./model-usage.ts"

interface MeteredStreamSpec {
  /** Server-sent events; else one JSON document. */
  readonly isEvents: boolean
  readonly meter: UsageMeter
  /** Called once, with the bytes that came, before the stream ends. */
  readonly settle: (answerBytes: number) => Promise<void>
  /** Keeps the invocation alive for a client that left before the end. */
  readonly waitUntil: (work: Promise<unknown>) => void
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** Passes an answer on as it comes and settles before it ends: the next request sees what this one cost. */
export const meteredStream = (
  body: ReadableStream<Bytes>,
  { isEvents, meter, settle, waitUntil }: MeteredStreamSpec,
): ReadableStream<Bytes> => {
  const events = new SseData((value) => meter.take(value))
  const decoder = new TextDecoder()
  let [bytes, json] = [0, ""]
  const reader = body.getReader()
  const feed = (chunk: Bytes) => {
    bytes += chunk.length
    if (isEvents) events.feed(chunk)
    else json += decoder.decode(chunk, { stream: true })
  }
  let finished: Promise<void> | null = null
  const finish = (): Promise<void> => {
    if (finished !== null) return finished
    if (isEvents) events.end()
    else meter.take(parse(json))
    return (finished = settle(bytes))
  }
  let isLeft = false
  return new ReadableStream<Bytes>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read()
        if (value !== undefined) feed(value)
        // Whoever left while this was read: `cancel` reads the rest, and settles once.
        if (isLeft) return
        if (value !== undefined) return controller.enqueue(value)
        if (!done) return
      } catch {
        if (isLeft) return
        await finish()
        return controller.error(new Error("the model's answer broke off"))
      }
      await finish()
      controller.close()
    },
    // The provider goes on and charges, so Loom reads on and counts.
    cancel() {
      isLeft = true
      waitUntil(
        (async () => {
          try {
            for (let read = await reader.read(); !read.done; read = await reader.read()) feed(read.value)
          } catch {
            // It broke off: what came until then counts.
          }
          await finish()
        })(),
      )
    },
  })
}
