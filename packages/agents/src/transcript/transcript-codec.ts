import { Effect, Schema } from "effect"
import { Prompt } from "effect/ai"
import type { TranscriptMessage } from "@loom/core/ports/Agents"

const Messages = Schema.toCodecJson(Schema.Array(Prompt.Message))
const asJson = Schema.decodeUnknownEffect(Schema.Array(Schema.Record(Schema.String, Schema.Unknown)))

/** Messages as the JSON that crosses durable steps. It never fails: what effect/ai made, effect/ai encodes. */
export const encodeTranscript = (messages: ReadonlyArray<Prompt.Message>): Effect.Effect<ReadonlyArray<TranscriptMessage>> =>
  Schema.encodeEffect(Messages)(messages).pipe(Effect.flatMap(asJson), Effect.orDie)

/** The way back. A transcript is only ever Loom's own, so one that does not decode is a bug and dies. */
export const decodeTranscript = (transcript: ReadonlyArray<TranscriptMessage>): Effect.Effect<ReadonlyArray<Prompt.Message>> =>
  Schema.decodeUnknownEffect(Messages)(transcript).pipe(Effect.orDie)
