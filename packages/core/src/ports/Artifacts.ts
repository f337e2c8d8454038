import { Context, Schema, type Effect } from "effect"

export class ArtifactsUnavailable extends Schema.TaggedError<ArtifactsUnavailable>()("ArtifactsUnavailable", {
  operation: Schema.String,
  detail: Schema.String,
}) {
  override get message(): string {
    return `artifact store ${this.operation}: ${this.detail}`
  }
}

/** Large outputs outside the steps: raw logs, checkpoints, proofs (R2). Keys are `runs/<runId>/<name>`; a put replaces. */
export class Artifacts extends Context.Service<
  Artifacts,
  {
    readonly put: (key: string, text: string) => Effect.Effect<void, ArtifactsUnavailable>
    /** Null when there is no such object. */
    readonly get: (key: string) => Effect.Effect<string | null, ArtifactsUnavailable>
  }
>()("@loom/core/ports/Artifacts") {}
