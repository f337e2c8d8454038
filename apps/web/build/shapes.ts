import { AccountPage } from "@loom/core/domain/Account"
import { ApiToken, MadeApiToken } from "@loom/core/domain/ApiToken"
import { Plan } from "@loom/core/domain/Change"
import { LiveMessage } from "@loom/core/domain/LiveMessage"
import { Me } from "@loom/core/domain/Me"
import { RepositoryDetail, RepositoryPage } from "@loom/core/domain/RepositoryView"
import { Session } from "@loom/core/domain/Session"
import { SystemStatus, TaskDetail, TaskEventPage, TaskLogPage, TaskPage } from "@loom/core/domain/TaskView"
import { TaskAnswer } from "@loom/core/ports/Coordinator"
import { Schema } from "effect"
import type { Plugin } from "vite"
import type { Shape } from "../src/api/shape.ts"

const documents = {
  taskPage: TaskPage,
  taskDetail: TaskDetail,
  taskEventPage: TaskEventPage,
  taskLogPage: TaskLogPage,
  systemStatus: SystemStatus,
  liveMessage: LiveMessage,
  taskAnswer: TaskAnswer,
  plan: Plan,
  repositoryPage: RepositoryPage,
  repositoryDetail: RepositoryDetail,
  me: Me,
  tokenList: Schema.Struct({ items: Schema.Array(ApiToken) }),
  madeApiToken: MadeApiToken,
  sessionList: Schema.Struct({ items: Schema.Array(Session) }),
  accountPage: AccountPage,
}

interface JsonSchema {
  readonly type?: string
  readonly enum?: ReadonlyArray<string | boolean>
  readonly anyOf?: ReadonlyArray<JsonSchema>
  readonly allOf?: ReadonlyArray<JsonSchema>
  readonly items?: JsonSchema
  readonly properties?: { readonly [name: string]: JsonSchema }
  readonly required?: ReadonlyArray<string>
  readonly additionalProperties?: boolean | JsonSchema
  readonly minLength?: number
  readonly exclusiveMinimum?: number
}

/** Every keyword that is understood here. Another one stops the build: a check must not be dropped in silence. */
const known = new Set([
  "type",
  "enum",
  "anyOf",
  "allOf",
  "items",
  "properties",
  "required",
  "additionalProperties",
  "minLength",
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "maxLength",
  "title",
  "description",
])

const toShape = (schema: JsonSchema): Shape => {
  const unknown = Object.keys(schema).find((keyword) => !known.has(keyword))
  if (unknown !== undefined)
    throw new Error(`build/shapes.ts does not know the JSON Schema keyword "${unknown}": teach it and src/api/shape.ts.`)
  if (schema.allOf !== undefined) return toShape(Object.assign({}, schema, { allOf: undefined }, ...schema.allOf))
  if (schema.anyOf !== undefined) return { any: schema.anyOf.map(toShape) }
  if (schema.enum !== undefined) return { oneOf: schema.enum }
  switch (schema.type) {
    case "array":
      return { items: toShape(schema.items ?? {}) }
    case "object": {
      if (typeof schema.additionalProperties === "object") return { values: toShape(schema.additionalProperties) }
      const fields = Object.entries(schema.properties ?? {}).map(([name, field]) => [name, toShape(field)] as const)
      return { fields: Object.fromEntries(fields), required: schema.required ?? [] }
    }
    case "string":
      return schema.minLength === 1 ? "text" : "string"
    case "number":
    case "integer":
    case "boolean":
    case "null":
      return schema.type
    case undefined:
      return "unknown"
    default:
      throw new Error(`build/shapes.ts does not know the JSON Schema type "${schema.type}".`)
  }
}

/** The shape of a schema whose encoded and decoded sides are the same (all of `domain/TaskView`). */
export const shapeOf = (schema: Schema.Constraint): Shape => {
  const json: JsonSchema = Schema.toJsonSchemaDocument(schema).schema
  return toShape(json)
}

/** `virtual:shapes`: what the answers of the API look like, without 25 kB of schema library in the browser. */
export const shapes = (): Plugin => ({
  name: "loom:shapes",
  resolveId: (id) => (id === "virtual:shapes" ? "\0virtual:shapes" : null),
  load: (id) =>
    id === "\0virtual:shapes"
      ? Object.entries(documents)
          .map(([name, schema]) => `export const ${name} = { shape: ${JSON.stringify(shapeOf(schema))} };`)
          .join("\n")
      : null,
})
