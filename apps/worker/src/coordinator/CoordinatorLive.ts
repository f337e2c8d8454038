import { Effect, Layer, Result, Schedule, Schema } from "effect"
import { TaskDetail, TaskEventPage, TaskLogPage } from "@loom/core/domain/TaskView"
import { Coordinator, TaskAnswer, TaskNotFound } from "@loom/core/ports/Coordinator"
import { CoordinatorUnavailable } from "@loom/core/ports/RunReporter"
import { type CoordinatorNamespace, type CoordinatorRpc, ReplyError } from "./CoordinatorRpc.ts"

const replyOf = <S extends Schema.Codec<unknown, unknown>>(value: S) =>
  Schema.Union([Schema.Struct({ ok: Schema.Literal(true), value }), Schema.Struct({ ok: Schema.Literal(false), error: ReplyError })])

const decode = {
  answer: Schema.decodeUnknownSync(TaskAnswer),
  cancelled: Schema.decodeUnknownSync(replyOf(Schema.Array(TaskAnswer))),
  steered: Schema.decodeUnknownSync(replyOf(TaskAnswer)),
  task: Schema.decodeUnknownSync(Schema.NullOr(TaskDetail)),
  events: Schema.decodeUnknownSync(Schema.NullOr(TaskEventPage)),
  logs: Schema.decodeUnknownSync(Schema.NullOr(TaskLogPage)),
  signal: Schema.decodeUnknownSync(
    Schema.Union([
      Schema.Struct({ stop: Schema.Literal(false), hold: Schema.optionalKey(Schema.String) }),
      Schema.Struct({ stop: Schema.Literal(true), reason: Schema.String }),
    ]),
  ),
}

/** Worth another try (Cloudflare marks the error so), unless the object is overloaded: then more calls do harm. */
const Retryable = Schema.Struct({ retryable: Schema.Literal(true), overloaded: Schema.optionalKey(Schema.Literal(false)) })
const isRetryable = Schema.is(Retryable)

/** Not answered, or answered something else than agreed on. */
class RpcFailed extends Schema.TaggedError<RpcFailed>()("RpcFailed", { detail: Schema.String, retryable: Schema.Boolean }) {}

const rpcFailed = (cause: unknown): RpcFailed =>
  Schema.isSchemaError(cause)
    ? new RpcFailed({ detail: `answered something unexpected: ${cause.message.slice(0, 300)}`, retryable: false })
    : new RpcFailed({ detail: cause instanceof Error ? cause.message : String(cause), retryable: isRetryable(cause) })

const backoff = Schedule.max([Schedule.exponential("50 millis").pipe(Schedule.jittered), Schedule.recurs(3)]).pipe(
  Schedule.setInputType<RpcFailed>(),
  Schedule.while(({ input }) => input.retryable),
)

/** One call to one object, decoded. Every call may be repeated, so a broken connection is tried again. */
const call = <A>(
  namespace: CoordinatorNamespace,
  operation: string,
  repositoryId: number,
  read: (answer: unknown) => A,
  run: (stub: CoordinatorRpc) => Promise<unknown>,
): Effect.Effect<A, CoordinatorUnavailable> => {
  const once = Effect.tryPromise({
    // A stub that broke stays broken: each try takes a new one.
    try: () => run(namespace.getByName(String(repositoryId))).then(read),
    catch: rpcFailed,
  })
  // Said once it is needed, and no sooner: this is the hot path (docs/decisions/010).
  return Effect.catch(once, (failure) =>
    (failure.retryable ? Effect.retry(once, backoff) : Effect.fail(failure)).pipe(
      Effect.mapError(({ detail }) => new CoordinatorUnavailable({ operation, detail })),
    ),
  )
}

const unwrap = <A, E>(reply: { readonly ok: true; readonly value: A } | { readonly ok: false; readonly error: E }) =>
  Effect.fromResult(reply.ok ? Result.succeed(reply.value) : Result.fail(reply.error))

const found =
  (taskId: string) =>
  <A>(value: A | null) =>
    value === null ? Effect.fail(new TaskNotFound({ taskId })) : Effect.succeed(value)

/** The coordinators behind a Durable Object namespace. Cheap to make: it holds nothing. */
export const coordinatorOf = (namespace: CoordinatorNamespace): Coordinator["Service"] =>
  Coordinator.of({
    request: (wish) => call(namespace, "request", wish.repository.id, decode.answer, (stub) => stub.request(JSON.stringify(wish))),
    cancel: (id, request) => call(namespace, "cancel", id, decode.cancelled, (stub) => stub.cancel(request)).pipe(Effect.flatMap(unwrap)),
    steer: (id, request) => call(namespace, "steer", id, decode.steered, (stub) => stub.steer(request)).pipe(Effect.flatMap(unwrap)),
    task: (id, taskId) => call(namespace, "get", id, decode.task, (stub) => stub.get(taskId)).pipe(Effect.flatMap(found(taskId))),
    events: (id, taskId, page) =>
      call(namespace, "events", id, decode.events, (stub) => stub.events(taskId, page)).pipe(Effect.flatMap(found(taskId))),
    logs: (id, taskId, page) =>
      call(namespace, "logs", id, decode.logs, (stub) => stub.logs(taskId, page)).pipe(Effect.flatMap(found(taskId))),
    report: (id, runId, report) => call(namespace, "report", id, decode.signal, (stub) => stub.report(runId, report)),
    finish: (id, runId, outcome) =>
      call(
        namespace,
        "finish",
        id,
        () => undefined,
        (stub) => stub.finish(runId, outcome),
      ),
  })

export const CoordinatorLive = (namespace: CoordinatorNamespace): Layer.Layer<Coordinator> =>
  Layer.succeed(Coordinator, coordinatorOf(namespace))
