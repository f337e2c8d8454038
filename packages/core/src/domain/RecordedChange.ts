import { Effect, Schema } from "effect"
import { Plan, Work } from "./Change.ts"

/** One recorded edit; paths are relative to the repository root. `old` must be in the file exactly once. */
export const RecordedEdit = Schema.Union([
  Schema.Struct({ path: Schema.NonEmptyString, op: Schema.Literal("replace"), old: Schema.NonEmptyString, new: Schema.String }),
  Schema.Struct({ path: Schema.NonEmptyString, op: Schema.Literal("create"), content: Schema.String }),
  Schema.Struct({ path: Schema.NonEmptyString, op: Schema.Literal("delete") }),
])
export type RecordedEdit = typeof RecordedEdit.Type

/** A change that a recorded model plays through the real agent loop: each entry becomes one tool call (`--replay <file.json>`). */
export const RecordedChange = Schema.Struct({
  edits: Schema.Array(RecordedEdit),
  /** `bash -c` command lines, run after the edits. */
  commands: Schema.optionalKey(Schema.Array(Schema.NonEmptyString)),
  plan: Schema.optionalKey(Plan),
  work: Schema.optionalKey(Work),
})
export type RecordedChange = typeof RecordedChange.Type

/** The replay file is not JSON, or not of the shape above. */
export class RecordedChangeInvalid extends Schema.TaggedError<RecordedChangeInvalid>()("RecordedChangeInvalid", {
  source: Schema.String,
  detail: Schema.String,
}) {
  override get message(): string {
    return `${this.source} is not a recorded change: ${this.detail}\n${EXPECTED}`
  }
}

const EXPECTED =
  'Write it as {"edits":[{"path","op":"replace","old","new"} | {"path","op":"create","content"} | {"path","op":"delete"}], "commands":["…"]}.'

/** Reads a replay file's text; `source` is its name, for the error. */
export const parseRecordedChange = (source: string, text: string): Effect.Effect<RecordedChange, RecordedChangeInvalid> =>
  Schema.decodeEffect(Schema.fromJsonString(RecordedChange))(text).pipe(
    Effect.mapError((error) => new RecordedChangeInvalid({ source, detail: error.message })),
  )
