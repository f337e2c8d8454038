import { createServer } from "node:http"
import { createNodeMiddleware, Webhooks } from "@octokit/webhooks"
import { webhookSecret } from "./delivery-pool.ts"

/** Bare `@octokit/webhooks`: verifies, parses, calls a handler that keeps nothing. */
const webhooks = new Webhooks({ secret: webhookSecret })
webhooks.on("issues.labeled", () => {})
const server = createServer(createNodeMiddleware(webhooks, { path: "/webhooks/github" }))
server.listen(0, "127.0.0.1", () => {
  const address = server.address()
  if (address !== null && typeof address === "object")
    process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${address.port}/` })}\n`)
})
