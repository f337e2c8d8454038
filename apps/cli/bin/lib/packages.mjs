// `pnpm install --frozen-lockfile`, only when the lockfile or a manifest is another one than at the last install.
import { createHash } from "node:crypto"
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs"
import { delimiter, dirname, join } from "node:path"
import { childEnvironment } from "./environment.mjs"
import { runQuietly } from "./tools.mjs"

const marker = "node_modules/.loom-lock"

/** The files that decide what is installed, relative to the root. */
export const installInputs = (root) => [
  "pnpm-lock.yaml",
  "pnpm-workspace.yaml",
  "package.json",
  ...["apps", "packages"].flatMap((folder) =>
    existsSync(join(root, folder))
      ? readdirSync(join(root, folder), { withFileTypes: true })
          .filter((entry) => entry.isDirectory() && existsSync(join(root, folder, entry.name, "package.json")))
          .map((entry) => `${folder}/${entry.name}/package.json`)
          .toSorted()
      : [],
  ),
]

/** sha-256, hex, over names and contents of files below `root`. */
export const hashOf = (root, files) => {
  const hash = createHash("sha256")
  for (const file of files)
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update("\0")
  return hash.digest("hex")
}

export const installHash = (root) => hashOf(root, installInputs(root))

export const packagesAreFresh = (root) =>
  existsSync(join(root, marker)) && readFileSync(join(root, marker), "utf8").trim() === installHash(root)

export const ensurePackages = (root, tools, say) => {
  if (packagesAreFresh(root)) return
  say("installing packages with pnpm")
  const env = childEnvironment(process.env, { root, tools, callerDirectory: root })
  env.PATH = [tools.bin, dirname(tools.node), env.PATH].join(delimiter)
  // CI: no question may be asked about a node_modules of another pnpm.
  runQuietly(join(tools.bin, "pnpm"), ["install", "--frozen-lockfile"], root, { ...env, CI: "true" })
  writeFileSync(join(root, marker), `${installHash(root)}\n`)
}
