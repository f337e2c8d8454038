import { Effect, Schema } from "effect"
import type { Context } from "hono"
import { readBody } from "../body.ts"
import type { Operation } from "../operation.ts"
import { Refused } from "../problem.ts"

export const MAX_BODY_BYTES = 128 * 1024
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false })

/** Where it differs from its schema, short: it may quote what was sent. */
const words = (error: Schema.SchemaError) => error.message.replace(/\s+/g, " ").slice(0, 300)

/** Parameters of the path and the query, by their schemas. */
export const readParameters = Effect.fn("api.readParameters")(function* (operation: Operation, c: Context) {
  const read = (schema: NonNullable<Operation["query"]>, given: Readonly<Record<string, string>>, where: string) =>
    Schema.decodeEffect(schema)(given).pipe(
      Effect.mapError((error) => new Refused({ code: "bad_request", detail: `The ${where} is not as described: ${words(error)}` })),
    )
  return {
    params: operation.params === undefined ? {} : yield* read(operation.params, c.req.param(), "path"),
    query: operation.query === undefined ? {} : yield* read(operation.query, c.req.query(), "query"),
  }
})

const isJson = (contentType: string | null): boolean => /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(contentType ?? "")

/** The text of the body; empty where the operation takes none. */
export const readText = Effect.fn("api.readText")(function* (operation: Operation, request: Request) {
  if (operation.body === undefined) return ""
  const undeclared = new Refused({ code: "unsupported_media_type", detail: "The body is not declared as JSON." })
  const type = request.headers.get("content-type")
  // Whether there is a body is known when it was read: a request without one may have an empty stream.
  const mayBeEmpty = operation.isBodyOptional === true && type === null
  if (!mayBeEmpty && !isJson(type)) return yield* undeclared
  const bytes = yield* Effect.tryPromise({
    try: () => readBody(request, MAX_BODY_BYTES),
    catch: () => new Refused({ code: "bad_json", detail: "The body broke off." }),
  })
  if (bytes === "too_large") return yield* new Refused({ code: "too_large", detail: "The body is larger than 128 KiB." })
  if (operation.isBodyOptional === true && bytes.byteLength === 0) return "{}"
  if (mayBeEmpty) return yield* undeclared
  return yield* Effect.try({
    try: () => utf8.decode(bytes),
    catch: () => new Refused({ code: "bad_json", detail: "The body is not UTF-8." }),
  })
})

/** The body by its schema. Names that are not described are refused: a misspelt one would be silently ignored. */
export const readJson = Effect.fn("api.readJson")(function* (operation: Operation, text: string) {
  if (operation.body === undefined) return undefined
  const given = yield* Effect.try({
    try: (): unknown => JSON.parse(text),
    catch: () => new Refused({ code: "bad_json", detail: "The body is not JSON." }),
  })
  return yield* Schema.decodeUnknownEffect(operation.body)(given, { onExcessProperty: "error" }).pipe(
    Effect.mapError((error) => new Refused({ code: "validation_failed", detail: `The body is not as described: ${words(error)}` })),
  )
})
