import { Schema } from "effect"
import { makeLoomClient, type LoomClient } from "@loom/api-client/loom-client"
import { AccountDetail, AccountPage, type AccountPatch } from "@loom/core/domain/Account"
import { MadeApiToken } from "@loom/core/domain/ApiToken"
import { Me } from "@loom/core/domain/Me"
import { Plan } from "@loom/core/domain/Change"
import { SystemStatus, TaskDetail, TaskLogPage, TaskPage } from "@loom/core/domain/TaskView"
import { UsageReport } from "@loom/core/domain/UsageReport"
import type { RetryStage } from "@loom/core/domain/Wait"

/** Which tasks, and which page of them. */
export interface TaskQuery {
  readonly repository?: string
  readonly status?: string
  readonly q?: string
  readonly cursor?: string
  readonly limit?: number
}

/** An issue, or title and body of one to be opened. `requestedBy`: for operators without a login. */
export type Submission = { readonly repository: string; readonly requestedBy?: string; readonly approval?: true } & (
  | { readonly issueNumber: number }
  | { readonly title: string; readonly body?: string }
)

/** `created`: a new task. `joined`: the issue's open task. `repeated`: asked before. `changed`, `unchanged`: an existing task. */
const TaskAnswer = Schema.Struct({ taskId: Schema.String, status: TaskDetail.fields.status, effect: Schema.String })
export type TaskAnswer = typeof TaskAnswer.Type

/** RFC 8628 section 3.2; seconds. */
const DeviceCode = Schema.Struct({
  device_code: Schema.NonEmptyString,
  user_code: Schema.NonEmptyString,
  verification_uri: Schema.NonEmptyString,
  expires_in: Schema.Finite,
  interval: Schema.Finite,
})
export type DeviceCode = typeof DeviceCode.Type

const DeviceToken = Schema.Struct({ ...MadeApiToken.fields, login: Schema.String })
export type DeviceToken = typeof DeviceToken.Type
export type TokenScope = DeviceToken["scopes"][number]

/** Loom's REST API (`/api/v1`), as far as the command line uses it. Every call rejects with ApiFailed. */
export interface ApiClient {
  /** A page of tasks, newest first; of one repository where only its name is given. */
  readonly tasks: (query?: string | TaskQuery) => Promise<typeof TaskPage.Type>
  readonly task: (id: string) => Promise<TaskDetail>
  /** Lines with a sequence number greater than `after`. */
  readonly logs: (id: string, after: number) => Promise<typeof TaskLogPage.Type>
  /** Server-sent events from behind `lastEventId`. */
  readonly live: (id: string, lastEventId: string | null, signal: AbortSignal) => Promise<ReadableStream<Uint8Array>>
  readonly submit: (submission: Submission, idempotencyKey: string) => Promise<TaskAnswer>
  readonly cancel: (id: string, idempotencyKey: string) => Promise<TaskAnswer>
  readonly pause: (id: string, idempotencyKey: string) => Promise<TaskAnswer>
  readonly resume: (id: string, idempotencyKey: string) => Promise<TaskAnswer>
  /** `note`: what is to be minded when the plan is carried out. */
  readonly approve: (id: string, note: string | null, idempotencyKey: string) => Promise<TaskAnswer>
  /** `from` null: from the beginning. */
  readonly retry: (id: string, from: RetryStage | null, idempotencyKey: string) => Promise<TaskAnswer>
  /** What the newest run means to do; 404 while there is none. */
  readonly plan: (id: string) => Promise<Plan>
  readonly status: () => Promise<SystemStatus>
  readonly usage: (days: number) => Promise<UsageReport>
  /** The API's OpenAPI document. */
  readonly openapi: () => Promise<unknown>
  readonly me: () => Promise<Me>
  /** A code to enter at GitHub; with it, a token. */
  readonly startDevice: () => Promise<DeviceCode>
  readonly finishDevice: (wish: { readonly device_code: string; readonly name: string; readonly scope: TokenScope }) => Promise<DeviceToken>
  readonly revokeToken: (id: string) => Promise<unknown>
  /** For operators. */
  readonly accounts: (query: { readonly limit: number; readonly cursor?: string }) => Promise<typeof AccountPage.Type>
  readonly account: (login: string) => Promise<typeof AccountDetail.Type>
  readonly changeAccount: (login: string, patch: AccountPatch) => Promise<typeof AccountDetail.Type>
}

/** Loom did not answer, or not as its API says. `status` is null when there was no answer at all. */
export class ApiFailed extends Schema.TaggedError<ApiFailed>()("ApiFailed", {
  url: Schema.String,
  status: Schema.NullOr(Schema.Int),
  detail: Schema.String,
  /** The problem's title, code and remedy, where it is one. */
  title: Schema.optionalKey(Schema.String),
  code: Schema.optionalKey(Schema.String),
  remedy: Schema.optionalKey(Schema.String),
}) {
  override get message(): string {
    const advice = this.advice === undefined ? "" : ` ${this.advice}`
    if (this.status === null) return `${this.url} does not answer (${this.detail}).${advice}`
    return `${this.url} answered ${this.status}: ${this.detail}${advice}`
  }
  /** What a person at a command line does about it. */
  get advice(): string | undefined {
    return this.status === null ? "Start Loom with `npm start`, or set LOOM_URL." : (remedies[this.code ?? ""] ?? this.remedy)
  }
}

/** Where the API's own remedy speaks to programs. */
const remedies: Readonly<Record<string, string>> = {
  unauthorized: "Sign in with `loom login`, or set LOOM_API_TOKEN.",
  insufficient_scope: "Sign in again with `loom login --scope write` (or admin).",
  not_found: "`loom list` shows the tasks there are.",
  issue_not_found: "Check the number, or give --title to open an issue.",
  requester_missing: "Give --as <login>: whose permission on the repository counts.",
  not_waiting: "`loom show` says what it does.",
  not_awaiting_approval: "`loom show` says what it waits for.",
  awaiting_approval: "`loom approve` or `loom cancel` it.",
  nothing_kept: "`loom retry` without --from starts at the beginning.",
  already_running: "Stop it first with `loom cancel`, or wait for its end.",
  already_ended: "`loom retry` makes a new task of it.",
  superseded: "`loom list` shows the issue's newest task.",
  idempotency_key_reused: "Use another --idempotency-key for another request.",
}

const requestTimeoutMs = 15_000

/** An answer of the typed client: `error` is a problem, or what something that is not Loom said. */
interface Answered {
  readonly data?: unknown
  readonly error?: unknown
  readonly response: Response
}

const text = Schema.optionalKey(Schema.String)
const Problem = Schema.Struct({ detail: Schema.String, title: text, code: text, remedy: text })

const failureOf = (url: string, status: number, error: unknown): ApiFailed => {
  const problem = Schema.decodeUnknownOption(Problem)(error)
  if (problem._tag === "Some") return new ApiFailed({ url, status, ...problem.value, detail: problem.value.detail.slice(0, 500) })
  return new ApiFailed({ url, status, detail: (typeof error === "string" ? error : (JSON.stringify(error) ?? "")).slice(0, 500) })
}

export const makeApiClient = (origin: string, token: string | null): ApiClient => {
  const client = makeLoomClient({ origin, token })
  const read = async <S extends Schema.ConstraintDecoder<unknown>>(
    path: string,
    schema: S,
    ask: (init: { readonly signal: AbortSignal }) => Promise<Answered>,
  ): Promise<S["Type"]> => {
    const url = `${origin}${path}`
    let status: number | null = null
    try {
      const { data, error, response } = await ask({ signal: AbortSignal.timeout(requestTimeoutMs) })
      status = response.status
      if (data === undefined) throw failureOf(url, status, error)
      return await Schema.decodeUnknownPromise(schema)(data)
    } catch (error) {
      if (error instanceof ApiFailed) throw error
      const detail = status === null ? reasonOf(error) : `not as the API describes it: ${reasonOf(error)}`
      throw new ApiFailed({ url, status: error instanceof SyntaxError ? 200 : status, detail })
    }
  }
  return {
    tasks: (query = {}) =>
      read("/api/v1/tasks", TaskPage, (init) =>
        client.GET("/api/v1/tasks", { ...init, params: { query: typeof query === "string" ? { repository: query } : query } }),
      ),
    task: (id) =>
      read(`/api/v1/tasks/${id}`, TaskDetail, (init) => client.GET("/api/v1/tasks/{id}", { ...init, params: { path: { id } } })),
    logs: (id, after) =>
      read(`/api/v1/tasks/${id}/logs`, TaskLogPage, (init) =>
        client.GET("/api/v1/tasks/{id}/logs", { ...init, params: { path: { id }, query: { after } } }),
      ),
    live: (id, lastEventId, signal) => liveFeed(client, `${origin}/api/v1/tasks/${id}/live`, { id, lastEventId, signal }),
    submit: (body, key) =>
      read("/api/v1/tasks", TaskAnswer, (init) =>
        client.POST("/api/v1/tasks", { ...init, body, params: { header: { "Idempotency-Key": key } } }),
      ),
    cancel: (id, key) =>
      read(`/api/v1/tasks/${id}/cancel`, TaskAnswer, (init) =>
        client.POST("/api/v1/tasks/{id}/cancel", { ...init, params: { path: { id }, header: { "Idempotency-Key": key } } }),
      ),
    pause: (id, key) =>
      read(`/api/v1/tasks/${id}/pause`, TaskAnswer, (init) =>
        client.POST("/api/v1/tasks/{id}/pause", { ...init, params: { path: { id }, header: { "Idempotency-Key": key } } }),
      ),
    resume: (id, key) =>
      read(`/api/v1/tasks/${id}/resume`, TaskAnswer, (init) =>
        client.POST("/api/v1/tasks/{id}/resume", { ...init, params: { path: { id }, header: { "Idempotency-Key": key } } }),
      ),
    approve: (id, note, key) =>
      read(`/api/v1/tasks/${id}/approve`, TaskAnswer, (init) =>
        client.POST("/api/v1/tasks/{id}/approve", {
          ...init,
          params: { path: { id }, header: { "Idempotency-Key": key } },
          body: note === null ? {} : { note },
        }),
      ),
    retry: (id, from, key) =>
      read(`/api/v1/tasks/${id}/retry`, TaskAnswer, (init) =>
        client.POST("/api/v1/tasks/{id}/retry", {
          ...init,
          params: { path: { id }, header: { "Idempotency-Key": key } },
          body: from === null ? {} : { from },
        }),
      ),
    plan: (id) =>
      read(`/api/v1/tasks/${id}/plan`, Plan, (init) => client.GET("/api/v1/tasks/{id}/plan", { ...init, params: { path: { id } } })),
    status: () => read("/api/v1/status", SystemStatus, (init) => client.GET("/api/v1/status", init)),
    usage: (days) => read("/api/v1/usage", UsageReport, (init) => client.GET("/api/v1/usage", { ...init, params: { query: { days } } })),
    openapi: () => read("/api/openapi.json", Schema.Unknown, (init) => documentAt(`${origin}/api/openapi.json`, init.signal)),
    me: () => read("/api/v1/me", Me, (init) => client.GET("/api/v1/me", init)),
    startDevice: () => read("/auth/device", DeviceCode, (init) => client.POST("/auth/device", init)),
    finishDevice: (body) => read("/auth/device/token", DeviceToken, (init) => client.POST("/auth/device/token", { ...init, body })),
    revokeToken: (id) =>
      read(`/api/v1/me/tokens/${id}`, Schema.Unknown, async (init) => {
        const { error, response } = await client.DELETE("/api/v1/me/tokens/{id}", { ...init, params: { path: { id } } })
        return error === undefined && response.ok ? { data: null, response } : { error, response }
      }),
    accounts: (query) => read("/api/v1/accounts", AccountPage, (init) => client.GET("/api/v1/accounts", { ...init, params: { query } })),
    account: (login) =>
      read(`/api/v1/accounts/${login}`, AccountDetail, (init) =>
        client.GET("/api/v1/accounts/{login}", { ...init, params: { path: { login } } }),
      ),
    changeAccount: (login, body) =>
      read(`/api/v1/accounts/${login}`, AccountDetail, (init) =>
        client.PATCH("/api/v1/accounts/{login}", { ...init, body, params: { path: { login } } }),
      ),
  }
}

const liveFeed = async (
  client: LoomClient,
  url: string,
  { id, lastEventId, signal }: { readonly id: string; readonly lastEventId: string | null; readonly signal: AbortSignal },
): Promise<ReadableStream<Uint8Array>> => {
  try {
    const { data, error, response } = await client.GET("/api/v1/tasks/{id}/live", {
      params: { path: { id } },
      parseAs: "stream",
      signal,
      headers: lastEventId === null ? {} : { "Last-Event-ID": lastEventId },
    })
    if (data == null) throw failureOf(url, response.status, error)
    return data
  } catch (error) {
    throw error instanceof ApiFailed || signal.aborted ? error : new ApiFailed({ url, status: null, detail: reasonOf(error) })
  }
}

/** The description does not describe itself. */
const documentAt = async (url: string, signal: AbortSignal): Promise<Answered> => {
  const response = await fetch(url, { signal })
  return response.ok ? { data: await response.json(), response } : { error: await response.text(), response }
}

const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message
}
