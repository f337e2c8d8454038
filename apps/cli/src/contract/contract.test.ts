import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import asyncApiSchema from "@asyncapi/specs/schemas/3.0.0-without-$id.json" with { type: "json" }
import { makeLoomClient } from "@loom/api-client/loom-client"
import { startGitHubStandin } from "@loom/github-standin/GitHubStandin"
import { Validator } from "@seriousme/openapi-schema-validator"
import { Ajv as Draft07 } from "ajv"
import { Ajv2020 } from "ajv/dist/2020.js"
import addFormats from "ajv-formats"
import * as fc from "fast-check"
import { afterAll, assert, beforeAll, describe, expect, it } from "vitest"
import { casesOf, type Case, type DescribedOperation, ODD_METHODS } from "./cases.ts"
import { type Edge, startEdge } from "./edge.ts"
import { signIn } from "./sign-in.ts"

const root = fileURLToPath(new URL("../../../..", import.meta.url)).replace(/\/$/, "")
const token = "the-operators-token"

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>
}

let edge: Edge
let document: Document
let values: Record<string, string>
/** What the path of an operation is filled with, where that is its own. */
let ownValues: Record<string, Record<string, string>>
/** Ada, signed in with a browser: for what a token cannot do. */
let browser: Record<string, string>
let githubUrl: string
let closed = 0
let reached: Map<string, Set<string>>
const ajv = new Ajv2020({ strict: false, allErrors: false })
const stack = new AsyncDisposableStack()

const operationsOf = () =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )

const byId = (id: string) => {
  const found = operationsOf().find(({ operation }) => operation.operationId === id)
  if (found === undefined) throw new Error(`there is no operation ${id}`)
  return found
}

/** A kept-alive connection may close just as it is used again (the server does so after a body it did not read): asked once more. */
const send = async ({ body, headers, method, url }: Omit<Case, "name">): Promise<Response> => {
  const ask = () => fetch(`${edge.url}${url}`, { method, headers, body, signal: AbortSignal.timeout(120_000) })
  return ask().catch((error: unknown) => {
    if (error instanceof TypeError) return ask()
    throw error
  })
}

/** The answer is described: its status, its content type, and its body by its schema. */
const check = async (operation: DescribedOperation, name: string, response: Response): Promise<void> => {
  const what = `${operation.operationId}, ${name}: ${response.status}`
  const seen = reached.get(operation.operationId) ?? new Set()
  reached.set(operation.operationId, seen.add(String(response.status)))
  const described = operation.responses[String(response.status)]
  const isStream = response.headers.get("content-type")?.startsWith("text/event-stream") === true
  if (isStream) await response.body?.cancel()
  const text = isStream ? "" : await response.text()
  assert.isDefined(described, `${what} is not described: ${text.slice(0, 300)}`)
  assert.isBelow(response.status, 500, `${what} ${text.slice(0, 300)}`)
  assert.match(response.headers.get("x-request-id") ?? "", /^[\w-]{8,64}$/, what)
  assert.isNull(response.headers.get("access-control-allow-origin"), what)
  if (described?.content === undefined) return
  const type = response.headers.get("content-type")?.split(";")[0] ?? ""
  assert.include(Object.keys(described.content), type, what)
  const schema = described.content[type]?.schema
  if (!type.endsWith("json") || schema === undefined) return
  const validate = ajv.compile({ ...schema, components: Reflect.get(document, "components") })
  const body: unknown = JSON.parse(text)
  assert.isTrue(validate(body), `${what} ${ajv.errorsText(validate.errors)} ${text.slice(0, 300)}`)
}

beforeAll(async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "loom-contract-"))
  stack.defer(() => rmSync(dataDir, { recursive: true, force: true }))
  const callbackUrls = ["http://127.0.0.1/auth/callback"]
  const app = { id: 1, slug: "loom", name: "Loom", webhookSecret: "not used", callbackUrls }
  const github = await startGitHubStandin({ dataDir, deviceIntervalS: 0, app })
  stack.defer(() => github.close())
  await github.addRepository({
    owner: "acme",
    name: "widget",
    collaborators: { ada: "write" },
    files: { "README.md": "hello", ".github/loom.yml": "max_minutes: 10\nsurprise: 1\n" },
  })
  edge = await startEdge({
    root,
    variables: {
      LOOM_API_TOKEN: token,
      GITHUB_API_URL: github.url,
      GITHUB_GIT_URL: github.url,
      GITHUB_APP_PRIVATE_KEY: github.appPrivateKeyPem,
      LOOM_GITHUB_CLIENT_ID: github.clientId,
      LOOM_GITHUB_CLIENT_SECRET: github.clientSecret,
    },
  })
  stack.use(edge)
  document = (await (await fetch(`${edge.url}/api/openapi.json`)).json()) as Document
  reached = new Map()
  for (const title of ["One", "Two"]) await github.openIssue("acme", "widget", { title, body: "b", author: "ada" })
  closed = (await github.openIssue("acme", "widget", { title: "Closed", author: "ada" })).number
  await github.closeIssue("acme", "widget", closed, "ada")
  await github.labelIssue("acme", "widget", 2, "loom:ready", "ada")
  const made = await send({
    method: "POST",
    url: "/api/v1/tasks",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ repository: "acme/widget", issueNumber: 1, requestedBy: "ada" }),
  })
  const answer = (await made.json()) as { readonly taskId: string }
  const runId = await runOf(answer.taskId)
  await edge.artifacts.put(`tasks/${answer.taskId}/proof.json`, "{}")
  await edge.artifacts.put(`runs/${runId}/latest.patch`, "diff --git a/a b/a\n")
  await edge.artifacts.put(`runs/${runId}/plan.json`, JSON.stringify({ type: "fix", title: "t", summary: "s", steps: ["one"] }))
  const { keys } = (await (await fetch(`${edge.url}/api/v1/proof-key`)).json()) as {
    readonly keys: ReadonlyArray<{ readonly keyid: string }>
  }
  values = { id: answer.taskId, owner: "acme", name: "widget", file: `${keys[0]?.keyid}.pem`, sha256: "0".repeat(64), login: "ada" }
  githubUrl = github.url
  browser = await signIn(edge.url, github.url, "ada")
  const other = await signIn(edge.url, github.url, "ada")
  const sessions = (await (await fetch(`${edge.url}/api/v1/me/sessions`, { headers: other })).json()) as {
    readonly items: ReadonlyArray<{ readonly id: string; readonly current: boolean }>
  }
  const wish = { method: "POST", url: "/api/v1/me/tokens", headers: { ...browser, "content-type": "application/json" } }
  const token1 = (await (await send({ ...wish, body: JSON.stringify({ name: "to be revoked" }) })).json()) as { readonly id: string }
  ownValues = { revokeToken: { id: token1.id }, endSession: { id: sessions.items.find(({ current }) => current)?.id ?? "" } }
}, 300_000)
afterAll(() => stack.disposeAsync())

/** The run of a task, once it was dispatched and its task is in the read model. */
const runOf = async (taskId: string): Promise<string> => {
  for (;;) {
    const headers = { authorization: `Bearer ${token}` }
    const detail = (await (await fetch(`${edge.url}/api/v1/tasks/${taskId}`, { headers })).json()) as { readonly runId: string | null }
    const list = (await (await fetch(`${edge.url}/api/v1/tasks?status=running`, { headers })).json()) as {
      readonly items: ReadonlyArray<object>
    }
    if (detail.runId !== null && list.items.length > 0) return detail.runId
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

const VALID: Readonly<Record<string, object>> = {
  submitTask: { repository: "acme/widget", title: "A title", body: "A body", requestedBy: "ada" },
  syncRepository: { repository: "acme/widget" },
  createToken: { name: "ci", scope: "write" },
  changeAccount: { tier: "premium" },
  approveTask: { note: "Mind the docs." },
  retryTask: { from: "plan" },
  finishDeviceSignIn: { device_code: "none" },
}

/** Answers that no request of this suite can bring about, and where each is tested instead. */
const ELSEWHERE: ReadonlyArray<readonly [RegExp, string]> = [
  [/ 500$/, "a bug: there is no request for it"],
  [/ 503$/, "a neighbour is down: apps/api/src/webhook.test.ts, apps/worker/src/access"],
  [/ 429$/, "the operator is not limited: apps/worker/src/access"],
  [/^startDeviceSignIn 400$/, "GitHub refuses this App the device flow: packages/github-standin/src/oauth"],
  [/^(getTaskProofPatch|getTaskProofReport) (200|304)$/, "needs a signed proof: apps/worker/src/proof.workerd.test.ts"],
  [/^approveTask 202$/, "needs a run that made a plan: apps/worker/src/coordinator/steering.workerd.test.ts, control.journey.test.ts"],
  [/^syncRepository 409$/, "only while the first request with its key is being answered: the storm of submitTask below"],
  [/ 403$/, "the operator's token may everything: apps/api/src/serve/serve.test.ts"],
  [/^(getStatus|getUsage|listRepositories|getRepository|listTasks) 40[34]$/, "nothing to be forbidden"],
]

describe("the contract", () => {
  it("is a valid OpenAPI 3.1 document, and a valid AsyncAPI 3 one", async () => {
    const result = await new Validator().validate(JSON.parse(JSON.stringify(document)))
    expect(result.errors ?? []).toEqual([])
    expect(result.valid).toBe(true)
    const asyncDocument: unknown = await (await fetch(`${edge.url}/api/asyncapi.json`)).json()
    const draft = new Draft07({ strict: false, validateFormats: false })
    addFormats.default(draft)
    const validate = draft.compile(asyncApiSchema)
    assert.isTrue(validate(asyncDocument), draft.errorsText(validate.errors))
  })

  it("is kept by every operation, with valid, invalid and hostile input", { timeout: 300_000 }, async () => {
    for (const { method, operation, path } of operationsOf()) {
      const valid = VALID[operation.operationId] ?? null
      const authority = path.startsWith("/api/v1/me/") ? browser : { authorization: `Bearer ${token}` }
      const filled = { ...values, ...ownValues[operation.operationId] }
      for (const each of casesOf(path, method, operation, { values: filled, valid, authority }))
        await check(operation, each.name, await send(each))
    }
    await conflicts()
    const missing = operationsOf().flatMap(({ operation }) =>
      Object.keys(operation.responses)
        .map((status) => `${operation.operationId} ${status}`)
        .filter((answer) => !reached.get(operation.operationId)?.has(answer.split(" ")[1] ?? ""))
        .filter((answer) => !ELSEWHERE.some(([pattern]) => pattern.test(answer))),
    )
    expect(missing).toEqual([])
  })

  it("refuses methods that are not described, and says which are", async () => {
    for (const { path } of operationsOf())
      for (const method of ODD_METHODS) {
        if (document.paths[path]?.[method.toLowerCase()] !== undefined) continue
        const response = await send({ method, url: path.replaceAll(/[{}]/g, ""), headers: {}, body: null })
        expect([path, method, response.status]).toEqual([path, method, 405])
        expect(response.headers.get("allow")).toMatch(/GET|POST|DELETE/)
        expect(await response.json()).toMatchObject({ code: "method_not_allowed" })
      }
  })

  it("answers random bodies and queries as it is described", { timeout: 120_000 }, async () => {
    const [submit, list] = [byId("submitTask"), byId("listTasks")]
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" }
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ maxDepth: 5 }), async (body) => {
        await check(submit.operation, "random body", await send({ method: "POST", url: submit.path, headers, body: JSON.stringify(body) }))
      }),
      { numRuns: 60 },
    )
    const parameter = fc.constantFrom("status", "repository", "q", "cursor", "limit")
    await fc.assert(
      fc.asyncProperty(fc.dictionary(parameter, fc.string({ unit: "binary", maxLength: 300 })), async (query) => {
        const url = `${list.path}?${new URLSearchParams(Object.entries(query).map(([key, text]): [string, string] => [key, text.toWellFormed()]))}`
        await check(list.operation, "random query", await send({ method: "GET", url, headers, body: null }))
      }),
      { numRuns: 60 },
    )
  })

  it("does a write with the same Idempotency-Key once", async () => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json", "idempotency-key": "key-1" }
    const body = JSON.stringify({ repository: "acme/widget", title: "Once", requestedBy: "ada" })
    const submit = { method: "POST", url: "/api/v1/tasks", headers, body }
    const storm = await Promise.all(Array.from({ length: 5 }, () => send(submit)))
    expect(storm.filter((response) => response.status === 202)).not.toHaveLength(0)
    expect(storm.every((response) => response.status === 202 || response.status === 409)).toBe(true)
    const again = await send(submit)
    const first: unknown = await storm.find((response) => response.status === 202)?.json()
    expect([again.status, again.headers.get("idempotency-replayed"), await again.json()]).toEqual([202, "true", first])
    const other = await send({ ...submit, body: JSON.stringify({ repository: "acme/widget", title: "Twice", requestedBy: "ada" }) })
    expect([other.status, await other.json()]).toEqual([422, expect.objectContaining({ code: "idempotency_key_reused" })])
  })

  it("is what the typed client speaks: sync takes a missed issue once, and a repository tells its configuration", async () => {
    const client = makeLoomClient({ origin: edge.url, token })
    const listed = await client.GET("/api/v1/tasks", { params: { query: { repository: "ACME/widget", limit: 2 } } })
    expect(listed.data?.items).toHaveLength(2)
    const synced = await client.POST("/api/v1/sync", { body: { repository: "acme/widget" } })
    expect(synced.data?.issues.find((issue) => issue.issueNumber === 2)?.effect).toMatch(/created|repeated|joined|known/)
    const { data } = await client.GET("/api/v1/repositories/{owner}/{name}", { params: { path: { owner: "acme", name: "widget" } } })
    expect(data?.config).toEqual({ max_minutes: 10 })
    expect(data?.configProblems).toEqual([expect.stringContaining("surprise")])
    const gone = await client.GET("/api/v1/tasks/{id}", { params: { path: { id: "t_1_2_3" } } })
    expect(gone.error?.code).toBe("not_found")
  })
})

/** Answers that need a state: what has ended, what is gone, and a key that was used. */
const conflicts = async (): Promise<void> => {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" }
  for (const { method, operation, path } of operationsOf()) {
    const valid = VALID[operation.operationId]
    const base = { method: method.toUpperCase(), headers, body: valid === undefined ? null : JSON.stringify(valid) }
    const at = (id: string) => path.replaceAll(/\{(\w+)\}/g, (_, name: string) => (name === "id" ? id : "unknown"))
    await check(operation, "unknown", await send({ ...base, url: at("t_1_2_3") }))
    if (method !== "post") continue
    const keyed = { ...base, headers: { ...headers, "idempotency-key": `used-${operation.operationId}` } }
    await check(operation, "key", await send({ ...keyed, url: at(values["id"] ?? "") }))
    await check(operation, "key used", await send({ ...keyed, url: `${at(values["id"] ?? "")}?other` }))
  }
  // A body that may be left out, and is.
  const bare = { authorization: `Bearer ${token}` }
  const submit = byId("submitTask")
  for (const [name, body] of [
    ["unknown issue", { repository: "acme/widget", issueNumber: 999, requestedBy: "ada" }],
    ["unknown repository", { repository: "acme/nothing", issueNumber: 1, requestedBy: "ada" }],
    ["nobody asks", { repository: "acme/widget", issueNumber: 1 }],
    ["a closed issue", { repository: "acme/widget", issueNumber: closed, requestedBy: "ada" }],
  ] as const)
    await check(submit.operation, name, await send({ method: "POST", url: submit.path, headers, body: JSON.stringify(body) }))
  const sync = byId("syncRepository")
  const unknown = JSON.stringify({ repository: "acme/nothing" })
  await check(sync.operation, "unknown repository", await send({ method: "POST", url: sync.path, headers, body: unknown }))
  await people()
  const pending = await (await send({ method: "GET", url: "/api/v1/tasks?status=pending", headers, body: null })).json()
  const id = (pending as { readonly items: ReadonlyArray<{ readonly id: string }> }).items[0]?.id ?? ""
  for (const [operationId, status, body] of [
    ["pauseTask", 202, null],
    ["approveTask", 409, "{}"],
    ["resumeTask", 202, null],
    ["resumeTask", 409, null],
    ["cancelTask", 202, null],
    ["cancelTask", 409, null],
    ["pauseTask", 409, null],
    ["retryTask", 409, '{"from":"verify"}'],
    ["retryTask", 202, null],
  ] as const) {
    const { operation, path } = byId(operationId)
    const response = await send({ method: "POST", url: path.replace("{id}", id), headers: body === null ? bare : headers, body })
    expect([operationId, response.status]).toEqual([operationId, status])
    await check(operation, "in order", response)
  }
}

/** A sign-in by a code, and an account that has as many tokens as it may. */
const people = async (): Promise<void> => {
  const json = { "content-type": "application/json" }
  const [start, finish, create] = [byId("startDeviceSignIn"), byId("finishDeviceSignIn"), byId("createToken")]
  const byCode = async (name: string, status: number): Promise<void> => {
    const begun = await (await send({ method: "POST", url: start.path, headers: {}, body: null })).json()
    const { device_code, user_code, verification_uri } = begun as Readonly<Record<string, string>>
    await fetch(verification_uri ?? githubUrl, {
      method: "POST",
      body: new URLSearchParams({ user_code: user_code ?? "", login: "ada", decision: "authorize" }),
    })
    const answer = await send({ method: "POST", url: finish.path, headers: json, body: JSON.stringify({ device_code, name }) })
    expect([name, answer.status]).toEqual([name, status])
    await check(finish.operation, name, answer)
  }
  await byCode("a code that was entered", 201)
  const more = { method: "POST", url: create.path, headers: { ...browser, ...json }, body: JSON.stringify({ name: "one more" }) }
  let last = await send(more)
  for (let made = 0; last.status === 201 && made < 60; made++) last = await send(more)
  expect([last.status, await last.clone().json()]).toEqual([409, expect.objectContaining({ code: "too_many_tokens" })])
  await check(create.operation, "too many", last)
  await byCode("a code, and too many tokens", 409)
}
