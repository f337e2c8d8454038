import { Context, type Effect } from "effect"
import type { LivePlace } from "../domain/LiveMessage.ts"
import type { TaskNotFound } from "./Coordinator.ts"
import type { CoordinatorUnavailable } from "./RunReporter.ts"

/** Where the live feed of a task is served from. */
export class LiveFeed extends Context.Service<
  LiveFeed,
  {
    /**
     * The answer to a WebSocket upgrade (status 101), connected to the task's coordinator. Who may read it was asked before.
     * `CoordinatorUnavailable` also where too many look at one repository: they poll.
     */
    readonly connect: (
      repositoryId: number,
      taskId: string,
      after: LivePlace,
    ) => Effect.Effect<Response, TaskNotFound | CoordinatorUnavailable>
  }
>()("@loom/core/ports/LiveFeed") {}
