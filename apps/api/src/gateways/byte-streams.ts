import { concat } from "./pkt-line.ts"

export type Bytes = Uint8Array

/** More bytes than the cap of this door. */
export class TooLarge extends Error {
  override readonly name = "TooLarge"
}

/** The plain bytes of a gzip body. Two type libraries (DOM and workerd) describe the same stream in different words. */
export const gunzipped = (body: ReadableStream<Bytes>): ReadableStream<Bytes> => {
  const { readable, writable } = new DecompressionStream("gzip")
  const sink = writable.getWriter()
  const whole = async () => {
    for await (const chunk of chunksOf(body)) await sink.write(new Uint8Array(chunk))
    await sink.close()
  }
  // A broken body breaks the plain stream, where it is read.
  void whole().catch((cause: unknown) => sink.abort(cause))
  return readable
}

async function* chunksOf(body: ReadableStream<Bytes>): AsyncGenerator<Bytes> {
  const reader = body.getReader()
  for (let read = await reader.read(); !read.done; read = await reader.read()) yield read.value
}

/** Passes bytes on until more than `maxBytes` came, then fails with `TooLarge`: nothing is buffered. */
export const capped = (body: ReadableStream<Bytes>, maxBytes: number, onTooLarge: () => void = () => {}): ReadableStream<Bytes> => {
  let seen = 0
  return body.pipeThrough(
    new TransformStream<Bytes, Bytes>({
      transform(chunk, controller) {
        seen += chunk.length
        if (seen <= maxBytes) return controller.enqueue(chunk)
        onTooLarge()
        controller.error(new TooLarge(`more than ${maxBytes} bytes`))
      },
    }),
  )
}

/** Reads from `reader` until `enough` answers, or the end; for heads of some kilobytes. What was read comes back as one piece. */
export const readHead = async <A>(
  reader: ReadableStreamDefaultReader<Bytes>,
  enough: (head: Bytes) => A | null,
): Promise<{ readonly head: Bytes; readonly answer: A | null }> => {
  let head: Bytes = new Uint8Array(0)
  for (;;) {
    const { done, value } = await reader.read()
    if (value !== undefined) head = concat([head, value])
    const answer = value === undefined && !done ? null : enough(head)
    if (answer !== null || done) return { head, answer }
  }
}

/** The whole body in one piece; `TooLarge` beyond `maxBytes`. */
export const readAll = async (body: ReadableStream<Bytes>, maxBytes: number): Promise<Bytes> => {
  const chunks: Array<Bytes> = []
  const reader = capped(body, maxBytes).getReader()
  for (let read = await reader.read(); !read.done; read = await reader.read()) chunks.push(read.value)
  return concat(chunks)
}

/** `head`, then whatever `reader` still holds. */
export const rejoin = (head: Bytes, reader: ReadableStreamDefaultReader<Bytes>): ReadableStream<Bytes> => {
  let first = true
  return new ReadableStream<Bytes>({
    async pull(controller) {
      if (first) {
        first = false
        if (head.length > 0) return controller.enqueue(head)
      }
      const { done, value } = await reader.read()
      if (done) return controller.close()
      if (value !== undefined) controller.enqueue(value)
    },
    cancel: (reason) => reader.cancel(reason),
  })
}

/** Reads the rest and forgets it: a client that is still sending would otherwise not read the answer. */
export const drain = async (reader: ReadableStreamDefaultReader<Bytes>): Promise<void> => {
  try {
    while (!(await reader.read()).done);
  } catch {
    // The client went away or sent too much: the answer stands all the same.
  }
}
