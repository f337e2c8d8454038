/** Removing what a validator does not read from an OpenAPI description, and finding what is left over `$ref`s. */
export type JsonObject = { [key: string]: unknown }

const PROSE = new Set([
  "description",
  "summary",
  "example",
  "examples",
  "externalDocs",
  "tags",
  "title",
  "links",
  "headers",
  "deprecated",
  "callbacks",
  "security",
  "servers",
])
/** Below these keys stand names chosen by GitHub, which may be called `description` or `title` themselves. */
const NAME_MAPS = new Set(["properties", "patternProperties", "responses", "schemas"])
/** Values kept as they are. */
const LITERALS = new Set(["enum", "const", "default", "required"])

export function strip(node: unknown, isNameMap = false): unknown {
  if (Array.isArray(node)) return node.map((item) => strip(item))
  if (node === null || typeof node !== "object") return node
  const kept: JsonObject = {}
  for (const [key, value] of Object.entries(node)) {
    if (!isNameMap && (PROSE.has(key) || key.startsWith("x-"))) continue
    kept[key] = !isNameMap && LITERALS.has(key) ? value : strip(value, !isNameMap && NAME_MAPS.has(key))
  }
  return kept
}

function resolve(document: JsonObject, pointer: string): unknown {
  let node: unknown = document
  for (const part of pointer.slice(2).split("/")) node = (node as JsonObject)[part.replaceAll("~1", "/").replaceAll("~0", "~")]
  if (node === undefined) throw new Error(`dangling reference ${pointer}`)
  return node
}

/** The `components` section with everything reachable from `root`, stripped. */
export function collectReferences(root: unknown, document: JsonObject): JsonObject {
  const components: Record<string, JsonObject> = {}
  const pending: Array<unknown> = [root]
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node === null || typeof node !== "object") continue
    const reference = (node as JsonObject).$ref
    if (typeof reference === "string") {
      const [, , section, name] = reference.split("/") as [string, string, string, string]
      const group = (components[section] ??= {})
      if (!(name in group)) pending.push((group[name] = strip(resolve(document, reference))))
    }
    pending.push(...Object.values(node).filter((value) => value !== undefined && value !== null))
  }
  return components
}
