import { Context, Schema, type Effect } from "effect"
import type { Recipe } from "../domain/Recipe.ts"
import type { RepositoryConfig } from "../domain/RepositoryConfig.ts"
import type { TestReport } from "../domain/TestReport.ts"
import type { SandboxError } from "./Sandbox.ts"

/** A set-up command failed: the run stops before any model call. `output` is the tool's own error, at most 4,000 characters. */
export class SetupFailed extends Schema.TaggedError<SetupFailed>()("SetupFailed", {
  command: Schema.String,
  exitCode: Schema.NullOr(Schema.Int),
  /** Why the process was ended, when it was not by itself: timeout, oom, … */
  ended: Schema.NullOr(Schema.String),
  output: Schema.String,
  /** What a person can do. */
  remedy: Schema.String,
}) {
  /** What happened, without the remedy. */
  get what(): string {
    return `\`${this.command}\` failed${this.exitCode === null ? "" : ` with exit code ${this.exitCode}`}.`
  }
  override get message(): string {
    return `${this.what} ${this.remedy}`
  }
}

export interface Attempt {
  readonly command: string
  readonly exitCode: number | null
  readonly durationMs: number
  /** What was tried to mend it, when this is not the first attempt. */
  readonly fix: string | null
}

/** The repository's own way to be installed and tested. */
export class TestRunner extends Context.Service<
  TestRunner,
  {
    /** Reads what the repository says about itself; `config` wins over everything. Runs nothing of the repository. */
    readonly resolveRecipe: (sessionId: string, key: string, config: RepositoryConfig) => Effect.Effect<Recipe, SandboxError>
    /** Runs the install lines with the network of the set-up. */
    readonly install: (
      sessionId: string,
      key: string,
      recipe: Recipe,
      onOutput: (text: string) => void,
    ) => Effect.Effect<ReadonlyArray<Attempt>, SetupFailed | SandboxError>
    /** What the tools in the box say of their own versions, for the proof: `{ node: "v24.18.0" }`. Asked before an agent touched the box. */
    readonly toolVersions?: (
      sessionId: string,
      key: string,
      recipe: Recipe,
    ) => Effect.Effect<Readonly<Record<string, string>>, SandboxError>
    /** Runs the test lines with the network of the tests (mostly none) and reads their report. `only` narrows to these test ids where the runner can. */
    readonly run: (
      sessionId: string,
      key: string,
      recipe: Recipe,
      options: {
        readonly timeoutMs: number
        readonly only?: ReadonlyArray<string>
        readonly onOutput: (text: string) => void
      },
    ) => Effect.Effect<TestReport, SandboxError>
  }
>()("@loom/core/ports/TestRunner") {}
