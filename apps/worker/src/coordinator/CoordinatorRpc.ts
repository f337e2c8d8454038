import { Result, Schema } from "effect"
import { Refusal } from "@loom/core/domain/Command"
import type { RunOutcome } from "@loom/core/domain/Run"
import { type CancelRequest, type PageRequest, type RunReport, type SteerRequest, TaskNotFound } from "@loom/core/ports/Coordinator"

/** An expected refusal crosses RPC as data: a thrown error would lose its class (facts/idioms.md, fact 6). */
export const ReplyError = Schema.Union([TaskNotFound, Refusal])
const encodeError = Schema.encodeSync(ReplyError)

export type Reply<A> = { readonly ok: true; readonly value: A } | { readonly ok: false; readonly error: typeof ReplyError.Encoded }

export const encodeReply = <A>(result: Result.Result<A, TaskNotFound | Refusal>): Reply<A> =>
  Result.match(result, {
    onSuccess: (value): Reply<A> => ({ ok: true, value }),
    onFailure: (error) => ({ ok: false, error: encodeError(error) }),
  })

/** AgentCoordinator as a client sees it: what comes back is decoded by the client, for the two may be of different versions. */
export interface CoordinatorRpc {
  /** The wish as JSON: on the hot path a string costs RPC less than an object (docs/decisions/010). */
  readonly request: (wish: string) => Promise<unknown>
  readonly cancel: (request: CancelRequest) => Promise<unknown>
  readonly steer: (request: SteerRequest) => Promise<unknown>
  readonly report: (runId: string, report: RunReport) => Promise<unknown>
  readonly finish: (runId: string, outcome: RunOutcome) => Promise<unknown>
  readonly get: (taskId: string) => Promise<unknown>
  readonly events: (taskId: string, page: PageRequest) => Promise<unknown>
  readonly logs: (taskId: string, page: PageRequest) => Promise<unknown>
  readonly stats: () => Promise<unknown>
}

/** The Durable Object namespace, as far as it is used. */
export interface CoordinatorNamespace {
  readonly getByName: (name: string) => CoordinatorRpc
}
