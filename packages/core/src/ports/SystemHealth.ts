import { Context, type Effect } from "effect"

/** One word or sentence each: `ok`, or what is wrong and how to mend it. Never fails. */
export class SystemHealth extends Context.Service<
  SystemHealth,
  {
    readonly check: Effect.Effect<{ readonly github: string; readonly model: string; readonly sandbox: string }>
  }
>()("@loom/core/ports/SystemHealth") {}
