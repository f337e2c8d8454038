import { Schema } from "effect"
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

export const makeApiClient = (origin: string, token: string | null): ApiClient => {
  const get = async <S extends Schema.ConstraintDecoder<unknown>>(path: string, schema: S): Promise<S["Type"]> => {
    const url = `${origin}/api/v1${path}`
    const headers = token === null ? {} : { authorization: `Bearer ${token}` }
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(requestTimeoutMs) }).catch((error: unknown) => {
      throw new ApiFailed({ url, status: null, detail: reasonOf(error) })
    })
    const text = await response.text()
    if (!response.ok) throw new ApiFailed({ url, status: response.status, detail: text.slice(0, 500) })
    return Schema.decodePromise(Schema.fromJsonString(schema))(text).catch((error: unknown) => {
      throw new ApiFailed({ url, status: response.status, detail: `not as the API describes it: ${reasonOf(error)}` })
    })
  }
  return {
    tasks: (repository) => get(`/tasks${repository === undefined ? "" : `?repository=${encodeURIComponent(repository)}`}`, TaskPage),
    task: (id) => get(`/tasks/${encodeURIComponent(id)}`, TaskDetail),
    logs: (id, after) => get(`/tasks/${encodeURIComponent(id)}/logs?after=${after}`, TaskLogPage),
    status: () => get("/status", SystemStatus),
  }
}

const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message
}
