/**
 * Cuts the committed extracts `openapi/rest.json` and `openapi/webhooks.json` out of GitHub's own OpenAPI descriptions.
 *
 *     node packages/github-standin/scripts/extract-openapi.ts [folder that holds node_modules/@octokit/openapi*]
 *
 * Without a folder the pinned packages (about 420 MB) are installed into a temporary one first.
 */
import { execFileSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { collectReferences, strip, type JsonObject } from "./openapi-strip.ts"

const PINNED = { "@octokit/openapi": "23.0.2", "@octokit/openapi-webhooks": "12.1.0" }
const METHODS = ["get", "put", "post", "patch", "delete"]

const readJson = (path: string): JsonObject => JSON.parse(readFileSync(path, "utf8")) as JsonObject
const outputFolder = new URL("../openapi/", import.meta.url)
const wanted = readJson(new URL("operations.json", outputFolder).pathname) as unknown as { rest: Array<string>; webhooks: Array<string> }

function installPinned(): string {
  const folder = mkdtempSync(join(tmpdir(), "loom-openapi-"))
  const packages = Object.entries(PINNED).map(([name, version]) => `${name}@${version}`)
  execFileSync("npm", ["install", "--no-save", "--ignore-scripts", "--prefix", folder, ...packages], { stdio: "inherit" })
  return folder
}

function load(folder: string, name: keyof typeof PINNED): { document: JsonObject; version: string } {
  const root = join(folder, "node_modules", name)
  const version = String(readJson(join(root, "package.json")).version)
  if (version !== PINNED[name]) throw new Error(`${name} is ${version}; this extract is pinned to ${PINNED[name]}`)
  return { document: readJson(join(root, "generated", "api.github.com.json")), version }
}

/** Picks entries of `group` whose operation is wanted, strips prose, and adds every component they reach. */
function extract(
  document: JsonObject,
  group: "paths" | "webhooks",
  ids: ReadonlyArray<string>,
  idOf: (key: string, operation: JsonObject) => string,
): JsonObject {
  const missing = new Set(ids)
  const picked: JsonObject = {}
  for (const [key, item] of Object.entries(document[group] as Record<string, JsonObject>)) {
    for (const method of METHODS) {
      const operation = item[method] as JsonObject | undefined
      if (!operation || !missing.delete(idOf(key, operation))) continue
      const entry = (picked[key] ??= {}) as JsonObject
      entry[method] = strip(operation)
      if (item.parameters) entry.parameters = strip(item.parameters)
    }
  }
  if (missing.size > 0) throw new Error(`not in GitHub's description: ${[...missing].join(", ")}`)
  return { [group]: picked, components: collectReferences(picked, document) }
}

function write(file: string, source: string, version: string, extracted: JsonObject): void {
  const text = `${JSON.stringify({ source: { package: source, version }, ...extracted })}\n`
  writeFileSync(new URL(file, outputFolder), text)
  console.log(`openapi/${file}: ${Math.round(text.length / 1024)} KiB from ${source}@${version}`)
}

const given = process.argv[2]
const folder = given ?? installPinned()
try {
  const rest = load(folder, "@octokit/openapi")
  write(
    "rest.json",
    "@octokit/openapi",
    rest.version,
    extract(rest.document, "paths", wanted.rest, (_, operation) => String(operation.operationId)),
  )
  const webhooks = load(folder, "@octokit/openapi-webhooks")
  write(
    "webhooks.json",
    "@octokit/openapi-webhooks",
    webhooks.version,
    extract(webhooks.document, "webhooks", wanted.webhooks, (key) => key),
  )
} finally {
  if (!given) rmSync(folder, { recursive: true, force: true })
}
