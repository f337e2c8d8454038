import { Schema } from "effect"
import { makeLoomClient } from "@loom/api-client/loom-client"
import { SystemStatus, TaskDetail, TaskLogPage, TaskPage } from "@loom/core/domain/TaskView"

/** Loom's REST API (`/api/v1`), as far as the command line reads it. Every call rejects with ApiFailed. */
export interface ApiClient {
  /** The first page of tasks, newest first; of one repository where it is given. */
  readonly tasks: (repository?: string) => Promise<typeof TaskPage.Type>
  readonly task: (id: string) => Promise<TaskDetail>
  /** Lines with a sequence number greater than `after`. */
  readonly logs: (id: string, after: number) => Promise<typeof TaskLogPage.Type>
  readonly status: () => Promise<SystemStatus>
}

/** Loom did not answer, or not as its API says. `status` is null when there was no answer at all. */
export class ApiFailed extends Schema.TaggedError<ApiFailed>()("ApiFailed", {
  url: Schema.String,
  status: Schema.NullOr(Schema.Int),
  detail: Schema.String,
}) {
  override get message(): string {
    return this.status === null
      ? `${this.url} does not answer (${this.detail}). Start Loom with \`npm start\`, or set LOOM_URL.`
      : `${this.url} answered ${this.status}: ${this.detail}`
  }
}

const requestTimeoutMs = 15_000

/** An answer of the typed client: `error` is a problem, or what something that is not Loom said. */
interface Answered {
  readonly data?: unknown
  readonly error?: unknown
  readonly response: Response
}

const told = (error: unknown): string => {
  const detail = typeof error === "object" && error !== null ? Reflect.get(error, "detail") : undefined
  return (typeof detail === "string" ? detail : typeof error === "string" ? error : (JSON.stringify(error) ?? "")).slice(0, 500)
}

export const makeApiClient = (origin: string, token: string | null): ApiClient => {
  const client = makeLoomClient({ origin, token })
  const read = async <S extends Schema.ConstraintDecoder<unknown>>(
    path: string,
    schema: S,
    ask: (init: { readonly signal: AbortSignal }) => Promise<Answered>,
  ): Promise<S["Type"]> => {
    const url = `${origin}/api/v1${path}`
    let status: number | null = null
    try {
      const { data, error, response } = await ask({ signal: AbortSignal.timeout(requestTimeoutMs) })
      status = response.status
      if (data === undefined) throw new ApiFailed({ url, status, detail: told(error) })
      return await Schema.decodeUnknownPromise(schema)(data)
    } catch (error) {
      if (error instanceof ApiFailed) throw error
      const detail = status === null ? reasonOf(error) : `not as the API describes it: ${reasonOf(error)}`
      throw new ApiFailed({ url, status: error instanceof SyntaxError ? 200 : status, detail })
    }
  }
  return {
    tasks: (repository) =>
      read("/tasks", TaskPage, (init) =>
        client.GET("/api/v1/tasks", { ...init, params: { query: repository === undefined ? {} : { repository } } }),
      ),
    task: (id) => read(`/tasks/${id}`, TaskDetail, (init) => client.GET("/api/v1/tasks/{id}", { ...init, params: { path: { id } } })),
    logs: (id, after) =>
      read(`/tasks/${id}/logs`, TaskLogPage, (init) =>
        client.GET("/api/v1/tasks/{id}/logs", { ...init, params: { path: { id }, query: { after } } }),
      ),
    status: () => read("/status", SystemStatus, (init) => client.GET("/api/v1/status", init)),
  }
}

const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message
}
