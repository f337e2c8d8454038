import { Schema } from "effect"

/** What a person typed or handed over cannot be used. Exit code 2. */
export class BadInput extends Schema.TaggedError<BadInput>()("BadInput", {
  /** One sentence that names the input and how to mend it. */
  detail: Schema.String,
  /** More about how to mend it, in lines of its own: the usage of a command. */
  remedy: Schema.optionalKey(Schema.String),
}) {
  override get message(): string {
    return this.remedy === undefined ? this.detail : `${this.detail}\n${this.remedy}`
  }
}

/** There is no Loom to ask. Exit code 5. */
export class NoLoom extends Schema.TaggedError<NoLoom>()("NoLoom", { detail: Schema.String }) {
  override get message(): string {
    return this.detail
  }
}

/** A part of the local world could not be started, or died. Exit code 1. */
export class WorldFailed extends Schema.TaggedError<WorldFailed>()("WorldFailed", {
  /** e.g. `the Worker`, `the sandbox host`. */
  part: Schema.String,
  detail: Schema.String,
  remedy: Schema.String,
  /** The last lines of its log. */
  logTail: Schema.NullOr(Schema.String),
}) {
  override get message(): string {
    const tail = this.logTail === null || this.logTail === "" ? "" : `\n\nThe end of its log:\n${this.logTail}`
    return `${this.part}: ${this.detail} ${this.remedy}${tail}`
  }
}
