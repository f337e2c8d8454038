import { Effect, Schema } from "effect"
import { RunId, TaskId } from "./Ids.ts"
import { Recipe } from "./Recipe.ts"
import { Usage } from "./Usage.ts"
import { CheatFinding, Comparison } from "./Verdict.ts"

/** The machine-readable evidence of one change. Kept as an artifact; its hash stands in the pull request. */
export const Proof = Schema.Struct({
  version: Schema.Literal(1),
  taskId: TaskId,
  runId: RunId,
  repository: Schema.String,
  baseCommit: Schema.String,
  /** sha-256 of the patch against `baseCommit` that was tested and is published. */
  patchHash: Schema.String,
  recipe: Recipe,
  comparison: Comparison,
  findings: Schema.Array(CheatFinding),
  models: Schema.Array(Schema.String),
  promptVersions: Schema.Record(Schema.String, Schema.String),
  usage: Usage,
})
export type Proof = typeof Proof.Type

const codec = Schema.fromJsonString(Proof)

/** The proof as text, and the sha-256 (hex) of exactly that text. */
export const sealProof = Effect.fn("sealProof")(function* (proof: Proof) {
  const text = yield* Schema.encodeEffect(codec)(proof).pipe(Effect.orDie)
  const digest = yield* Effect.promise(() => crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)))
  const hash = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("")
  return { text, hash }
})
