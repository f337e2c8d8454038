import { dereference, type JsonObject, type Operation } from "./openapi.ts"

/** Names of the properties a request body may have, over all alternatives. */
export function declaredKeys(document: JsonObject, schema: unknown, keys = new Set<string>()): Set<string> {
  const { node } = dereference(document, schema, "")
  if (node === undefined) return keys
  for (const key of Object.keys((node.properties as JsonObject | undefined) ?? {})) keys.add(key)
  for (const combinator of ["anyOf", "oneOf", "allOf"]) {
    for (const part of (node[combinator] as ReadonlyArray<unknown> | undefined) ?? []) declaredKeys(document, part, keys)
  }
  return keys
}

/** Query parameters: each must be described, and have a described value. */
export function checkQuery(document: JsonObject, operation: Operation, query: Readonly<Record<string, string>>): Array<string> {
  const item = (document.paths as Record<string, JsonObject>)[operation.path]
  const declared = [
    ...((operation.definition.parameters as ReadonlyArray<unknown> | undefined) ?? []),
    ...((item?.parameters as ReadonlyArray<unknown> | undefined) ?? []),
  ]
    .map((parameter) => dereference(document, parameter, "").node)
    .filter((parameter) => parameter?.in === "query")
  return Object.entries(query).flatMap(([name, value]) => {
    const parameter = declared.find((candidate) => candidate?.name === name || `${String(candidate?.name)}[]` === name)
    if (!parameter) return [`${name} is unknown: GitHub ignores it`]
    const schema = dereference(document, parameter.schema, "").node ?? {}
    if (Array.isArray(schema.enum) && !schema.enum.includes(value)) return [`${name} must be one of ${schema.enum.join(", ")}`]
    if (schema.type === "integer" && !/^-?\d+$/.test(value)) return [`${name} must be an integer`]
    return []
  })
}
