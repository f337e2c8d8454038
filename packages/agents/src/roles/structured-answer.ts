import { Effect, Schema, type Result } from "effect"
import type { ModelResponse } from "../model/ask-model.ts"

/** The outermost JSON object of a text: models put it between words or code fences. */
const objectIn = (text: string): string | null => {
  const start = text.indexOf("{")
  const end = text.lastIndexOf("}")
  return start === -1 || end <= start ? null : text.slice(start, end + 1)
}

/**
 * The structured answer of a role: the parameters of its submit tool, or, from a model that answers in text instead, the JSON
 * object in it. A decoding problem is told in words for the model.
 */
export const readStructured = <A>(
  schema: Schema.Codec<A, unknown>,
  tool: string,
  response: ModelResponse,
): Effect.Effect<Result.Result<A, string>> => {
  const call = response.toolCalls.find((candidate) => candidate.name === tool)
  const text = objectIn(response.text)
  const decoded =
    call !== undefined ? Schema.decodeUnknownEffect(schema)(call.params) : Schema.decodeEffect(Schema.fromJsonString(schema))(text ?? "")
  return decoded.pipe(
    Effect.mapError((error) =>
      call === undefined && text === null ? `You did not call ${tool}.` : `Invalid arguments for ${tool}: ${error.message.slice(0, 800)}`,
    ),
    Effect.result,
  )
}
