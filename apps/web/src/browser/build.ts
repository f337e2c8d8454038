import { execFile } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import { mkdtemp } from "node:fs/promises"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { gzipSync } from "node:zlib"

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

/** Bytes of all script of the build, gzip at its default level. */
export const scriptBytes = (dist: string): number =>
  readdirSync(join(dist, "assets"))
    .filter((name) => name.endsWith(".js"))
    .reduce((sum, name) => sum + gzipSync(readFileSync(join(dist, "assets", name))).length, 0)
