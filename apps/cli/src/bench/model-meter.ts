import { createServer, request } from "node:http"

/** A door before the model that adds up how long the model took, from the request's end to the answer's. */
export interface ModelMeter extends AsyncDisposable {
  readonly url: string
  /** Where requests go; set before the first comes. */
  readonly forwardTo: (url: string) => void
  /** Milliseconds and requests since the last call. */
  readonly take: () => { readonly ms: number; readonly requests: number }
}

export const startModelMeter = async (): Promise<ModelMeter> => {
  let upstream = ""
  let sum = { ms: 0, requests: 0 }
  const server = createServer((incoming, answer) => {
    const { headers, method } = incoming
    const outgoing = request(new URL(incoming.url ?? "/", upstream), { method, headers })
    let sentAt = performance.now()
    outgoing.on("finish", () => (sentAt = performance.now()))
    outgoing.on("response", (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers)
      response.pipe(answer)
      response.on("end", () => (sum = { ms: sum.ms + performance.now() - sentAt, requests: sum.requests + 1 }))
    })
    outgoing.on("error", () => answer.destroy())
    incoming.pipe(outgoing)
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const address = server.address()
  if (address === null || typeof address === "string") throw new Error("no port was given")
  return {
    url: `http://127.0.0.1:${address.port}`,
    forwardTo: (url) => (upstream = url),
    take: () => {
      const taken = sum
      sum = { ms: 0, requests: 0 }
      return taken
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
