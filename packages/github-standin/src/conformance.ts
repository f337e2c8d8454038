import { Ajv, type ErrorObject, type ValidateFunction } from "ajv"
import { Ajv2020 } from "ajv/dist/2020.js"
import addFormatsModule from "ajv-formats"
import { allowances, type Allowance } from "./conformance-allow.ts"
import {
  dereference,
  escapePointer,
  OperationIndex,
  readExtract,
  rewriteNullable,
  type JsonObject,
  type Operation,
} from "./conformance/openapi.ts"
import { checkQuery, declaredKeys } from "./conformance/request.ts"

export interface Exchange {
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly requestBody: unknown
  readonly status: number
  readonly responseBody: unknown
}

export interface Violation {
  /** GitHub's operation id, e.g. `pulls/create`, or the webhook, e.g. `issues-labeled`. */
  readonly operation: string
  readonly where: "operation" | "query" | "request" | "response" | "webhook"
  readonly message: string
}

export interface Conformance {
  checkExchange(exchange: Exchange): void
  checkWebhook(webhook: { readonly event: string; readonly payload: Record<string, unknown> }): void
  /** What went against GitHub's description, without what the allow-list excuses. Each kind once. */
  readonly violations: ReadonlyArray<Violation>
  /** Operations and webhooks seen, with statuses, e.g. `pulls/create 201`: to show that a run judged anything. */
  readonly seen: ReadonlySet<string>
}

/**
 * The judge: GitHub's own OpenAPI description of its REST API and webhooks, applied to real traffic.
 * Unknown operations, query parameters and body keys count as violations too.
 */
export function createConformance(options: { readonly allow?: ReadonlyArray<Allowance> } = {}): Conformance {
  const allow = options.allow ?? allowances
  const rest = new Description("rest.json", new Ajv(AJV_OPTIONS))
  const webhooks = new Description("webhooks.json", new Ajv2020(AJV_OPTIONS) as unknown as Ajv)
  const index = new OperationIndex(rest.document)
  const violations = new Map<string, Violation>()
  const seen = new Set<string>()

  const report = (operation: string, where: Violation["where"], messages: Iterable<string>): void => {
    for (const message of messages) {
      if (
        allow.some(
          (entry) =>
            (entry.operation === undefined || entry.operation.test(operation)) && entry.where === where && entry.message.test(message),
        )
      )
        continue
      violations.set(`${operation} ${where} ${message}`, { operation, where, message })
    }
  }

  return {
    seen,
    get violations() {
      return [...violations.values()]
    },
    checkExchange(exchange) {
      const operation = index.find(exchange.method, exchange.path)
      if (!operation) return report(`${exchange.method} ${exchange.path}`, "operation", ["is not served: not in openapi/operations.json"])
      seen.add(`${operation.id} ${exchange.status}`)
      const isRefused = exchange.status >= 400
      // What GitHub refuses may be wrong; that is what refusals are for.
      if (!isRefused) report(operation.id, "request", checkRequest(rest, operation, exchange.requestBody))
      report(operation.id, "query", checkQuery(rest.document, operation, exchange.query))
      report(operation.id, "response", checkResponse(rest, operation, exchange.status, exchange.responseBody))
    },
    checkWebhook({ event, payload }) {
      const name = [event, ...(typeof payload.action === "string" ? [payload.action] : [])].join("-").replaceAll("_", "-")
      seen.add(`webhook ${name}`)
      const pointer = `/webhooks/${name}/post/requestBody/content/${escapePointer("application/json")}/schema`
      const definition = (webhooks.document.webhooks as JsonObject)[name]
      report(name, "webhook", definition ? webhooks.validate(pointer, payload) : ["is not sent: not in openapi/operations.json"])
    },
  }
}

const AJV_OPTIONS = { strict: false, allErrors: true } as const
/** Formats of GitHub's own, and number widths. */
const OPEN_FORMATS = ["repo.nwo", "timestamp", "uri-template", "binary", "int64", "int32", "double", "ssh-key"]

/** One OpenAPI document and its validators, compiled when first needed. */
class Description {
  readonly document: JsonObject
  readonly #ajv: Ajv
  readonly #compiled = new Map<string, ValidateFunction>()

  constructor(file: "rest.json" | "webhooks.json", ajv: Ajv) {
    this.document = readExtract(file)
    this.#ajv = ajv
    addFormatsModule.default(ajv)
    for (const format of OPEN_FORMATS) ajv.addFormat(format, true)
    ajv.addSchema(rewriteNullable(this.document) as JsonObject, "github")
  }

  /** Validates against the schema at a JSON pointer. */
  validate(pointer: string, value: unknown): Array<string> {
    let validate = this.#compiled.get(pointer)
    if (!validate) {
      validate = this.#ajv.compile({ $ref: `github#${pointer}` })
      this.#compiled.set(pointer, validate)
    }
    return validate(value) ? [] : messagesOf(validate.errors ?? [])
  }
}

/** The failing leaves; "must match a schema in anyOf" says nothing beside them. */
function messagesOf(errors: ReadonlyArray<ErrorObject>): Array<string> {
  const leaves = errors.filter((error) => error.keyword !== "anyOf" && error.keyword !== "oneOf")
  return (leaves.length > 0 ? leaves : errors).map(
    (error) => `${error.instancePath.replace(/\/\d+(?=\/|$)/g, "/*")} ${error.message ?? error.keyword} ${JSON.stringify(error.params)}`,
  )
}

function checkRequest(rest: Description, operation: Operation, body: unknown): Array<string> {
  if (body === undefined) return []
  const { node, pointer } = dereference(rest.document, operation.definition.requestBody, `${operation.pointer}/requestBody`)
  const schema = ((node?.content as JsonObject | undefined)?.["application/json"] as JsonObject | undefined)?.schema
  if (schema === undefined)
    return typeof body === "object" && body !== null && Object.keys(body).length === 0 ? [] : ["a body where none is described"]
  const keys = declaredKeys(rest.document, schema)
  const unknown =
    keys.size > 0 && typeof body === "object" && body !== null && !Array.isArray(body)
      ? Object.keys(body).filter((key) => !keys.has(key))
      : []
  return [
    ...rest.validate(`${pointer}/content/application~1json/schema`, body),
    ...unknown.map((key) => `/${key} is unknown: GitHub ignores it`),
  ]
}

function checkResponse(rest: Description, operation: Operation, status: number, body: unknown): Array<string> {
  const responses = operation.definition.responses as JsonObject
  const documented = responses[String(status)]
  if (documented === undefined)
    return [
      `status ${status} is not described (described: ${Object.keys(responses).join(", ")})`,
      ...(status >= 400 ? rest.validate("/components/schemas/basic-error", body) : []),
    ]
  const { node, pointer } = dereference(rest.document, documented, `${operation.pointer}/responses/${status}`)
  const content = node?.content as JsonObject | undefined
  if (content?.["application/json"] !== undefined && body !== undefined)
    return rest.validate(`${pointer}/content/application~1json/schema`, body)
  return content === undefined && status < 400 && body !== undefined && body !== null ? ["a body where none is described"] : []
}
