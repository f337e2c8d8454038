import { spawn } from "node:child_process"
import path from "node:path"
import { bundleDaemon } from "./build-image.ts"

/**
 * `npm run deploy -- [arguments of wrangler deploy]`: the daemon's bundle is made first, since wrangler builds the image from it
 * (wrangler.toml, [[containers]]). With `--containers-rollout=none` no image is built, and no Docker engine needed.
 */
await bundleDaemon()
const root = path.join(import.meta.dirname, "..", "..", "..", "..")
const wrangler = path.join(root, "node_modules", "wrangler", "wrangler-dist", "cli.js")
const child = spawn(process.execPath, ["--no-warnings", wrangler, "deploy", ...process.argv.slice(2)], { cwd: root, stdio: "inherit" })
child.once("exit", (code) => (process.exitCode = code ?? 1))
