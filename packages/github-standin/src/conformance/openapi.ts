import { readFileSync } from "node:fs"

export type JsonObject = { readonly [key: string]: unknown }

export interface Operation {
  readonly id: string
  readonly method: string
  /** Template, e.g. `/repos/{owner}/{repo}/pulls/{pull_number}`. */
  readonly path: string
  /** JSON pointer of the operation in the description. */
  readonly pointer: string
  readonly definition: JsonObject
}

const METHODS = ["get", "put", "post", "patch", "delete"]
/** Parameters that may hold slashes. */
const GREEDY = new Set(["path", "ref", "basehead", "branch", "tree_sha"])

export const readExtract = (file: "rest.json" | "webhooks.json"): JsonObject =>
  JSON.parse(readFileSync(new URL(`../../openapi/${file}`, import.meta.url), "utf8")) as JsonObject

export const escapePointer = (part: string): string => encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"))

export function resolvePointer(document: JsonObject, pointer: string): unknown {
  return pointer
    .split("/")
    .slice(1)
    .reduce<unknown>(
      (node, part) => (node as JsonObject | undefined)?.[decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~")],
      document,
    )
}

/** Follows `$ref`s; gives the node and where it is. */
export function dereference(
  document: JsonObject,
  node: unknown,
  pointer: string,
): { readonly node: JsonObject | undefined; readonly pointer: string } {
  let current = node as JsonObject | undefined
  let at = pointer
  while (typeof current?.$ref === "string") {
    at = current.$ref.slice(1)
    current = resolvePointer(document, at) as JsonObject | undefined
  }
  return { node: current, pointer: at }
}

/** OpenAPI 3.0's `nullable` in JSON Schema's words, so that ajv reads it. 135 of GitHub's `nullable`s stand without a `type`. */
export function rewriteNullable(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(rewriteNullable)
  if (node === null || typeof node !== "object") return node
  const rewritten = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, rewriteNullable(value)]))
  if (rewritten.nullable !== true) return rewritten
  delete rewritten.nullable
  if (typeof rewritten.type !== "string") return { anyOf: [rewritten, { type: "null" }] }
  const { enum: values } = rewritten
  return {
    ...rewritten,
    type: [rewritten.type, "null"],
    ...(Array.isArray(values) && !values.includes(null) ? { enum: [...(values as Array<unknown>), null] } : {}),
  }
}

/** Finds the operation a request is for: the matching path with the most fixed parts. */
export class OperationIndex {
  readonly #entries: Array<{ readonly operation: Operation; readonly pattern: RegExp; readonly fixedParts: number }> = []

  constructor(document: JsonObject) {
    for (const [path, item] of Object.entries(document.paths as Record<string, JsonObject>)) {
      for (const method of METHODS.filter((candidate) => item[candidate])) {
        const definition = item[method] as JsonObject
        const operation = {
          id: String(definition.operationId),
          method: method.toUpperCase(),
          path,
          pointer: `/paths/${escapePointer(path)}/${method}`,
          definition,
        }
        this.#entries.push({
          operation,
          pattern: patternOf(path),
          fixedParts: path.split("/").filter((part) => part && !part.includes("{")).length,
        })
      }
    }
    this.#entries.sort((left, right) => right.fixedParts - left.fixedParts)
  }

  find(method: string, path: string): Operation | undefined {
    return this.#entries.find((entry) => entry.operation.method === method && entry.pattern.test(path))?.operation
  }
}

function patternOf(path: string): RegExp {
  const parts = path.split(/(\{[^}]+\})/).map((part) => {
    if (!part.startsWith("{")) return part.replace(/[.*+?^$()|[\]\\]/g, "\\$&")
    return GREEDY.has(part.slice(1, -1)) ? ".*" : "[^/]+"
  })
  // `/contents/{path}` is also `/contents`: the root folder.
  return new RegExp(`^${parts.join("").replace(/\/\.\*$/, "(?:/.*)?")}/?$`)
}
