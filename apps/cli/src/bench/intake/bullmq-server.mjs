// octokit + BullMQ on a Redis that syncs every write: the queue most people would take.
// `node bullmq-server.mjs <folder with node_modules> <data directory>`
import { spawn } from "node:child_process"
import { createServer } from "node:http"
import { createRequire } from "node:module"
import { join } from "node:path"
import { createNodeMiddleware, Webhooks } from "@octokit/webhooks"
import { freePort } from "../../world/free-port.ts"
import { webhookSecret } from "./delivery-pool.ts"

const [peers = "", data = ""] = process.argv.slice(2)
const { Queue } = createRequire(join(peers, "package.json"))("bullmq")

const port = await freePort()
const redis = spawn(
  "redis-server",
  ["--port", String(port), "--bind", "127.0.0.1", "--dir", data, "--save", "", "--appendonly", "yes", "--appendfsync", "always"],
  { stdio: ["ignore", "pipe", "inherit"] },
)
redis.on("exit", () => process.exit(1))
await new Promise((resolve) => {
  redis.stdout.on("data", (text) => String(text).includes("eady to accept connections") && resolve(undefined))
})

const queue = new Queue("tasks", { connection: { host: "127.0.0.1", port } })
await queue.waitUntilReady()
const webhooks = new Webhooks({ secret: webhookSecret })
webhooks.on("issues.labeled", async ({ id, payload }) => {
  const { installation, issue, repository, sender } = payload
  // One task per delivery, with what Loom keeps of it.
  const wish = {
    repositoryId: repository.id,
    installationId: installation?.id,
    issueNumber: issue.number,
    issueUrl: issue.html_url,
    title: issue.title,
    requestedBy: sender.login,
  }
  await queue.add("task", wish, { jobId: id })
})
const server = createServer(createNodeMiddleware(webhooks, { path: "/webhooks/github" }))
server.listen(0, "127.0.0.1", () => process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${server.address().port}/` })}\n`))
