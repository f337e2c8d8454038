import { execFile } from "node:child_process"
import { mkdtemp } from "node:fs/promises"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"

const root = fileURLToPath(new URL("../..", import.meta.url))

/** Builds the page for production into a folder of its own; in a process of its own, because a test run sets NODE_ENV. */
export const buildPage = async (): Promise<string> => {
  const dist = await mkdtemp(join(tmpdir(), "loom-web-"))
  const vite = join(dirname(createRequire(import.meta.url).resolve("vite/package.json")), "bin/vite.js")
  await promisify(execFile)(process.execPath, [vite, "build", "--outDir", dist, "--emptyOutDir", "--logLevel", "warn"], {
    cwd: root,
    env: { ...process.env, NODE_ENV: "production" },
  })
  return dist
}
