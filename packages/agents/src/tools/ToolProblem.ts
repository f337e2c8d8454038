import { Schema } from "effect"

/** What a tool answers when it could not do what the model asked: words for the model, who can do something about it. */
export class ToolProblem extends Schema.TaggedError<ToolProblem>()("ToolProblem", { explanation: Schema.String }) {
  override get message(): string {
    return this.explanation
  }
}
