import { Context, type Effect } from "effect"
import type { WindowAnswer, WindowPolicy, WindowState } from "../domain/request-window.ts"
import type { AccessUnavailable } from "./Access.ts"

/** Counts requests by key: atomic, exact, and forgotten once nothing counts any more. */
export class RequestLimits extends Context.Service<
  RequestLimits,
  {
    /** `name`: what may come twice and counts once while it counts, e.g. a task's id. */
    readonly take: (key: string, policy: WindowPolicy, name?: string) => Effect.Effect<WindowAnswer, AccessUnavailable>
    readonly look: (key: string, policy: WindowPolicy) => Effect.Effect<WindowState, AccessUnavailable>
  }
>()("@loom/core/ports/RequestLimits") {}
