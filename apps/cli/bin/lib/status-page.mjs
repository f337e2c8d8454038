// The status page is served from apps/web/dist: built when a source of it is another one than at the last build.
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs"
import { join, relative } from "node:path"
import { hashOf } from "./packages.mjs"
import { runQuietly } from "./tools.mjs"

const marker = ".loom/status-page.sha256"

/** The files that decide what is built, relative to the root. */
export const pageInputs = (root) => [
  "pnpm-lock.yaml",
  ...["apps/web", "packages/core/src/domain"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(root, join(entry.parentPath ?? entry.path, entry.name)))
      .filter((file) => !/(^|\/)(node_modules|dist)\//.test(file) && !/\.test\.tsx?$/.test(file))
      .toSorted(),
  ),
]

export const ensureStatusPage = (root, tools, env, say) => {
  const hash = hashOf(root, pageInputs(root))
  const built = existsSync(join(root, marker)) ? readFileSync(join(root, marker), "utf8").trim() : ""
  if (built === hash && existsSync(join(root, "apps/web/dist/index.html"))) return
  say("building the status page")
  const vite = join(root, "apps/web/node_modules/vite/bin/vite.js")
  runQuietly(tools.node, [vite, "build", "--logLevel", "warn"], join(root, "apps/web"), { ...env, NODE_ENV: "production" })
  mkdirSync(join(root, ".loom"), { recursive: true })
  writeFileSync(join(root, marker), `${hash}\n`)
}
