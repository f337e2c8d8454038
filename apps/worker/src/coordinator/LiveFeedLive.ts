import { Effect } from "effect"
import { printCursor } from "@loom/core/domain/LiveMessage"
import { TaskNotFound } from "@loom/core/ports/Coordinator"
import { LiveFeed } from "@loom/core/ports/LiveFeed"
import { CoordinatorUnavailable } from "@loom/core/ports/RunReporter"

/** The Durable Object namespace, as far as the live feed uses it. */
export interface LiveNamespace {
  readonly getByName: (name: string) => { readonly fetch: (request: Request) => Promise<Response> }
}

const unavailable = (detail: string) => new CoordinatorUnavailable({ operation: "live", detail })

/** The coordinators' live feeds. A WebSocket can't cross RPC, so this is the one call that is a request. */
export const liveFeedOf = (namespace: LiveNamespace): LiveFeed["Service"] =>
  LiveFeed.of({
    connect: Effect.fn("live.connect")(function* (repositoryId, taskId, after) {
      const query = new URLSearchParams({ task: taskId, after: printCursor(after) })
      const response = yield* Effect.tryPromise({
        try: () =>
          namespace
            .getByName(String(repositoryId))
            .fetch(new Request(`https://coordinator.invalid/live?${query}`, { headers: { upgrade: "websocket" } })),
        catch: (cause) => unavailable(cause instanceof Error ? cause.message : String(cause)),
      })
      if (response.status === 404) return yield* new TaskNotFound({ taskId })
      if (response.status === 503) return yield* unavailable("too many people look at this repository's tasks; poll the task instead")
      if (response.webSocket === null) return yield* unavailable(`answered status ${response.status}`)
      // A new response, because the headers of one that was fetched can't be added to.
      return new Response(null, { status: 101, webSocket: response.webSocket })
    }),
  })
