import { convertV4MiniflareOptions, Miniflare } from "miniflare"
import { workerAlone } from "../../world/worker-alone.ts"
import { webhookSecret } from "./delivery-pool.ts"

// The bundled Worker in workerd, its state on disk. `node worker-server.ts <main.js> <state directory>`
const [script = "", state = ""] = process.argv.slice(2)

const miniflare = new Miniflare(
  convertV4MiniflareOptions({
    ...workerAlone({ path: script }, { GITHUB_WEBHOOK_SECRET: webhookSecret }),
    resourcePersistencePath: state,
  }),
)
const entry = await miniflare.ready
const direct = await miniflare.unsafeGetDirectURL("loom")
process.stdout.write(`${JSON.stringify({ url: direct.href, entryUrl: entry.href })}\n`)
