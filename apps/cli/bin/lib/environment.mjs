// What `npm run` adds to the environment and what of it may reach our children.
import { delimiter, dirname, join } from "node:path"

/**
 * Settings of npm that say how to reach a registry. All other `npm_*` describe *this* npm (prefix, lifecycle, user agent)
 * and would make pnpm, wrangler or a repository under test believe that they run inside it.
 */
const kept =
  /^npm_config_(registry|cafile|ca|strict[-_]ssl|proxy|https?[-_]proxy|userconfig|globalconfig|cache|offline|prefer[-_]offline|@[^:]+:registry)$/i

const ofNpm = /^(npm_|INIT_CWD$|NODE$|COLOR$)/i

/**
 * @param {Record<string, string | undefined>} env
 * @param {{ root: string, tools: { node: string, bin: string, directory: string }, callerDirectory: string }} place
 *   `callerDirectory` is where the person stood when they called npm: relative paths of theirs mean that place.
 */
export const childEnvironment = (env, { root, tools, callerDirectory }) => {
  const clean = Object.fromEntries(Object.entries(env).filter(([name]) => !ofNpm.test(name) || kept.test(name)))
  const path = (env.PATH ?? "").split(delimiter).filter((entry) => !entry.endsWith(join("node_modules", ".bin")))
  return {
    ...clean,
    PATH: [...new Set([dirname(tools.node), tools.bin, join(root, "node_modules", ".bin"), ...path])].join(delimiter),
    LOOM_CALLER_DIRECTORY: callerDirectory,
    LOOM_TOOLS: tools.directory,
  }
}
