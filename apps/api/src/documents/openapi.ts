import type { Operation } from "../operation.ts"
import { operations } from "../operations/all.ts"
import { ProblemBody } from "../problem.ts"
import { problemCatalogue } from "../problems/catalogue.ts"
import { type JsonSchema, jsonSchemaOf, parametersOf } from "./json-schema.ts"
import { problemsOf } from "./problems-of.ts"

const text: JsonSchema = { type: "string" }
const header = (description: string, schema: JsonSchema = text) => ({ description, schema })

const parameters = (operation: Operation) => [
  ...(operation.params === undefined ? [] : parametersOf(operation.params)).map((each) => ({ ...each, in: "path", required: true })),
  ...(operation.query === undefined ? [] : parametersOf(operation.query)).map((each) => ({ ...each, in: "query" })),
  ...(operation.method === "post" && operation.keyed !== false ? [{ $ref: "#/components/parameters/IdempotencyKey" }] : []),
  ...(operation.etag === true ? [{ $ref: "#/components/parameters/IfNoneMatch" }] : []),
]

const successOf = ({ etag, limit, success }: Operation) => {
  const headers = {
    "X-Request-Id": { $ref: "#/components/headers/RequestId" },
    ...(etag === true ? { ETag: header("Names this very content.") } : {}),
    ...(limit === null ? {} : { RateLimit: header("What is left of the account's limit."), "RateLimit-Policy": header("The limit.") }),
  }
  if ("contentType" in success && success.contentType === null) return { description: success.description, headers }
  return "name" in success
    ? {
        description: `${success.name}.`,
        headers,
        content: { "application/json": { schema: { $ref: `#/components/schemas/${success.name}` } } },
      }
    : {
        description: success.description,
        headers,
        content: { [success.contentType]: { schema: success.contentType.endsWith("json") ? {} : text } },
      }
}

const problemResponses = (operation: Operation) =>
  Object.fromEntries(
    [...problemsOf(operation)].map(([status, codes]) => [
      String(status),
      {
        description: [...new Set(codes.map((code) => problemCatalogue[code].title))].join("; "),
        headers: { "X-Request-Id": { $ref: "#/components/headers/RequestId" } },
        content: {
          "application/problem+json": {
            schema: {
              allOf: [{ $ref: "#/components/schemas/Problem" }, { properties: { code: { enum: codes }, status: { const: status } } }],
            },
          },
        },
      },
    ]),
  )

const SECURITY: Readonly<Record<Operation["access"], ReadonlyArray<object>>> = {
  public: [],
  anyone: [{}, { token: [] }, { session: [] }],
  read: [{}, { token: [] }, { session: [] }],
  write: [{ token: [] }, { session: [] }],
  account: [{ token: [] }, { session: [] }],
  operator: [{ token: [] }, { session: [] }],
}

const described = (operation: Operation) => ({
  operationId: operation.id,
  tags: [operation.tag],
  summary: operation.summary,
  ...(operation.description === undefined ? {} : { description: operation.description }),
  security: SECURITY[operation.access],
  ...(parameters(operation).length === 0 ? {} : { parameters: parameters(operation) }),
  ...(operation.body === undefined
    ? {}
    : {
        requestBody: {
          required: operation.isBodyOptional !== true,
          content: { "application/json": { schema: jsonSchemaOf(operation.body, "error") } },
        },
      }),
  responses: {
    [operation.status]: successOf(operation),
    ...(operation.etag === true ? { "304": { description: "Unchanged: the content is what `If-None-Match` names." } } : {}),
    ...problemResponses(operation),
  },
})

const DESCRIPTION = `Loom resolves labelled GitHub issues with draft pull requests whose tests pass.

Every answer carries \`X-Request-Id\`. What is no success is an RFC 9457 problem whose \`code\` never changes and whose \`remedy\` says what to do.
Lists come in pages: \`next\` is the \`cursor\` (or \`after\`) of the following one. Times are milliseconds since the epoch.
What a person sees follows what GitHub lets them see; another's repository does not exist. The paths below \`/api/tasks\`, \`/api/trigger\`, \`/api/sync\` and \`/api/status\` answer as those below \`/api/v1\` do.`

/** OpenAPI 3.1 of the table of operations. */
export const openApiDocument = (version: string) => {
  const schemas: Record<string, JsonSchema> = { Problem: jsonSchemaOf(ProblemBody) }
  const paths: Record<string, Record<string, unknown>> = {}
  for (const operation of operations) {
    if ("name" in operation.success) schemas[operation.success.name] ??= jsonSchemaOf(operation.success.schema)
    paths[operation.path] = { ...paths[operation.path], [operation.method]: described(operation) }
  }
  return {
    openapi: "3.1.0",
    info: { title: "Loom", version, description: DESCRIPTION, license: { name: "MIT", identifier: "MIT" } },
    servers: [{ url: "/" }],
    tags: ["Tasks", "Repositories", "System", "Proof", "Accounts"].map((name) => ({ name })),
    paths,
    components: {
      schemas,
      parameters: {
        IdempotencyKey: {
          name: "Idempotency-Key",
          in: "header",
          required: false,
          description: "The same key with the same request answers the same, for 24 hours.",
          schema: { type: "string", minLength: 1, maxLength: 255, pattern: "^[\\x21-\\x7e]+$" },
        },
        IfNoneMatch: { name: "If-None-Match", in: "header", required: false, schema: text },
      },
      headers: { RequestId: header("Finds this request in the Worker's logs.") },
      securitySchemes: {
        token: { type: "http", scheme: "bearer", description: "An API token, or the operator's." },
        session: { type: "apiKey", in: "cookie", name: "__Host-loom", description: "Signed in with GitHub." },
      },
    },
  }
}
