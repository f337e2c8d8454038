import { Schema } from "effect"
import type { AnySchema } from "../operation.ts"

export type JsonSchema = { readonly [keyword: string]: unknown }

/** The schema as it is on the wire; named ones become components of the document. */
export const jsonSchemaOf = (schema: Schema.Constraint, onExcessProperty: "ignore" | "error" = "ignore"): JsonSchema => {
  const { definitions, schema: root } = Schema.toJsonSchemaDocument(schema, { onExcessProperty })
  if (Object.keys(definitions).length > 0) throw new Error("a schema of the API has definitions of its own: inline it")
  return root
}

/** What parameters are after they were read: a number is described as a number. */
export const parametersOf = (
  schema: AnySchema,
): ReadonlyArray<{ readonly name: string; readonly required: boolean; readonly schema: JsonSchema }> => {
  const { properties = {}, required = [] } = jsonSchemaOf(Schema.toType(schema)) as {
    readonly properties?: Readonly<Record<string, JsonSchema>>
    readonly required?: ReadonlyArray<string>
  }
  return Object.entries(properties).map(([name, property]) => ({ name, required: required.includes(name), schema: property }))
}
