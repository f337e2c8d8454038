import { join } from "node:path"
import { WorldFailed } from "../CliError.ts"
import { cleanEnvironment } from "./clean-environment.ts"
import { spawnGuarded } from "./guarded-child.ts"
import type { WorldDirectory } from "./WorldDirectory.ts"

/** How wrangler is started: by the Node that runs us, without its wrapper script. */
export const wranglerCommand = (
  root: string,
  args: ReadonlyArray<string>,
): { readonly command: string; readonly args: ReadonlyArray<string> } => ({
  command: process.execPath,
  args: ["--no-warnings", join(root, "node_modules", "wrangler", "wrangler-dist", "cli.js"), ...args],
})

/**
 * wrangler without questions, telemetry, update checks or anybody's Cloudflare login: all it keeps for itself
 * (configuration, registry of running Workers, caches, logs) goes into `home`.
 */
export const wranglerEnvironment = (env: NodeJS.ProcessEnv, home: string): Record<string, string> => ({
  ...cleanEnvironment(env),
  CI: "true",
  NO_COLOR: "1",
  XDG_CONFIG_HOME: join(home, "wrangler", "config"),
  WRANGLER_REGISTRY_PATH: join(home, "wrangler", "registry"),
  WRANGLER_CACHE_DIR: join(home, "wrangler", "cache"),
  WRANGLER_LOG_PATH: join(home, "wrangler", "logs"),
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_SEND_ERROR_REPORTS: "false",
  WRANGLER_HIDE_BANNER: "true",
  WRANGLER_NO_SKILLS_UPDATE_PROMPTS: "true",
  WRANGLER_CI_DISABLE_CONFIG_WATCHING: "true",
  // Else miniflare fetches a description of this machine's place in the world.
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
})

/** Runs a command of wrangler to its end. @throws WorldFailed with the end of its output */
export const runWrangler = async (
  root: string,
  directory: WorldDirectory,
  run: { readonly part: string; readonly args: ReadonlyArray<string>; readonly remedy: string },
): Promise<void> => {
  const logFile = directory.file(`wrangler-${run.args[0] ?? ""}.log`)
  const child = await spawnGuarded({
    ...wranglerCommand(root, run.args),
    cwd: root,
    env: wranglerEnvironment(process.env, directory.path),
    logFile,
  })
  const { code } = await child.ended
  await child.kill()
  if (code === 0) return
  throw new WorldFailed({
    part: run.part,
    detail: `\`wrangler ${run.args.slice(0, 3).join(" ")}\` failed.`,
    remedy: run.remedy,
    logTail: child.log.tail(20),
  })
}
