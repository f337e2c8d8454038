import { execFile } from "node:child_process"
import { cpSync } from "node:fs"
import { join } from "node:path"
import { promisify } from "node:util"
import { cleanEnvironment } from "../../world/clean-environment.ts"
import { madeOnce } from "../../world/made-once.ts"

/** The folder that holds node_modules of `peers/package.json`, or one sentence why there is none. */
export type Peers = { readonly folder: string } | { readonly problem: string }

const source = "apps/cli/src/bench/peers"

/** Installs the peers once for each content of their package.json, with this machine's npm. No install script runs. */
export const installPeers = async (root: string): Promise<Peers> => {
  try {
    return { folder: await madeOnce({ root, kind: "bench-peers", inputs: [source], make: (folder) => install(root, folder) }) }
  } catch (cause) {
    return {
      problem: `npm could not install ${source}/package.json: ${cause instanceof Error ? cause.message.split("\n")[0] : String(cause)}`,
    }
  }
}

const install = async (root: string, folder: string): Promise<void> => {
  cpSync(join(root, source), folder, { recursive: true })
  const registry = Object.fromEntries(Object.entries(process.env).filter(([name]) => /^npm_config_/i.test(name)))
  const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"]
  await promisify(execFile)("npm", ["install", "--prefix", folder, ...flags], {
    cwd: folder,
    env: { ...registry, ...cleanEnvironment(process.env) },
    timeout: 180_000,
  })
}
