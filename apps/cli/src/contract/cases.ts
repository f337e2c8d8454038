/** A request made from the OpenAPI document, and what may come of it. */
export interface Case {
  readonly name: string
  readonly method: string
  readonly url: string
  readonly headers: Record<string, string>
  readonly body: BodyInit | null
}

interface Parameter {
  readonly $ref?: string
  readonly name?: string
  readonly in?: string
  readonly schema?: { readonly type?: string }
}

/** The part of an operation of the document that cases are made of. */
export interface DescribedOperation {
  readonly operationId: string
  readonly parameters?: ReadonlyArray<Parameter>
  readonly security: ReadonlyArray<object>
  readonly requestBody?: object
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { readonly schema: object }>> }>>
}

const deep = (depth: number): string => "[".repeat(depth) + "]".repeat(depth)

/** Bodies that no operation takes. */
const HOSTILE_BODIES: ReadonlyArray<readonly [string, string, BodyInit]> = [
  ["empty", "application/json", ""],
  ["not JSON", "application/json", "{"],
  ["null", "application/json", "null"],
  ["a list", "application/json", "[]"],
  ["nothing in it", "application/json", "{}"],
  ["deep", "application/json", deep(50_000)],
  ["deep inside", "application/json", `{"repository":${deep(20_000)}}`],
  ["prototype keys", "application/json", '{"__proto__":{"admin":true},"constructor":{"prototype":{}},"repository":"a/b"}'],
  ["NUL", "application/json", '{"repository":"acme/\\u0000widget","title":"a\\u0000b"}'],
  ["half a surrogate pair", "application/json", '{"repository":"acme/widget","title":"\\ud800","body":"\\udfff"}'],
  ["wrong types", "application/json", '{"repository":1,"issueNumber":"one","title":[],"body":{}}'],
  ["a number too large", "application/json", '{"repository":"acme/widget","issueNumber":1e400}'],
  ["an unknown key", "application/json", '{"repository":"acme/widget","issueNumber":1,"surprise":true}'],
  ["not UTF-8", "application/json", new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d])],
  ["UTF-16", "application/json; charset=utf-16", new Uint8Array([0xff, 0xfe, 0x7b, 0, 0x7d, 0])],
  ["huge", "application/json", `{"repository":"${"x".repeat(300_000)}"}`],
  ["text", "text/plain", "repository=acme/widget"],
  ["a form", "application/x-www-form-urlencoded", "repository=acme%2Fwidget"],
  ["no declared type", "", "{}"],
]

const HOSTILE_TEXTS = [
  "%00",
  "%ff",
  "%zz",
  "__proto__",
  "constructor",
  "..%2f..%2fetc",
  "'%20OR%201=1--",
  "x".repeat(3_000),
  "%F0%9F%92%A9",
  "-1",
  "1e999",
  "NaN",
]
export const ODD_METHODS = ["PUT", "PATCH", "DELETE", "PROPFIND"]

const fill = (path: string, values: Readonly<Record<string, string>>, hostile?: readonly [string, string]) =>
  path.replaceAll(/\{(\w+)\}/g, (_, name: string) => (hostile?.[0] === name ? hostile[1] : encodeURIComponent(values[name] ?? "unknown")))

/** Everything that is tried with one operation. `values` fill its path, `valid` is a body it takes, `authority` the headers of who may. */
export const casesOf = (
  path: string,
  method: string,
  operation: DescribedOperation,
  given: { readonly values: Readonly<Record<string, string>>; readonly valid: object | null; readonly authority: Record<string, string> },
): ReadonlyArray<Case> => {
  const { authority: authorization, valid, values } = given
  const withJson = { ...authorization, "content-type": "application/json" }
  const plain = valid === null ? null : JSON.stringify(valid)
  const one = (name: string, more: Partial<Case> = {}): Case => ({
    name,
    method: method.toUpperCase(),
    url: fill(path, values),
    headers: valid === null ? authorization : withJson,
    body: plain,
    ...more,
  })
  const own = (operation.parameters ?? []).filter((parameter) => parameter.$ref === undefined)
  const inPath = own.filter((parameter) => parameter.in === "path")
  const inQuery = own.filter((parameter) => parameter.in === "query")
  const isOpen = operation.security.length === 0
  return [
    one("valid"),
    one("a trailing query", { url: `${fill(path, values)}?&&=&__proto__=1&x[]=1` }),
    one("nobody", { headers: valid === null ? {} : { "content-type": "application/json" } }),
    ...(isOpen ? [] : [one("a wrong token", { headers: { ...withJson, authorization: "Bearer wrong" } })]),
    one("a strange authorization", { headers: { ...withJson, authorization: "Basic \u00e9=" } }),
    ...inPath.flatMap(({ name = "" }) =>
      HOSTILE_TEXTS.map((text) => one(`path ${name}=${text.slice(0, 20)}`, { url: fill(path, values, [name, text]) })),
    ),
    ...inQuery.flatMap(({ name = "" }) =>
      HOSTILE_TEXTS.map((text) => one(`query ${name}=${text.slice(0, 20)}`, { url: `${fill(path, values)}?${name}=${text}` })),
    ),
    ...(operation.requestBody === undefined
      ? []
      : HOSTILE_BODIES.map(([name, type, body]) =>
          one(`body: ${name}`, { body, headers: type === "" ? authorization : { ...authorization, "content-type": type } }),
        )),
    ...(method === "post"
      ? [
          ["an empty key", ""],
          ["a long key", "k".repeat(300)],
          ["a key with blanks", "a b"],
        ].map(([name = "", key = ""]) => one(name, { headers: { ...withJson, "idempotency-key": key } }))
      : [one("known content", { headers: { ...authorization, "if-none-match": "*" } })]),
  ]
}
