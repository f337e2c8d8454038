import { Schema } from "effect"
import { Tool, Toolkit } from "effect/ai"
import { Work } from "@loom/core/domain/Change"
import { SandboxError } from "@loom/core/ports/Sandbox"
import { ToolProblem } from "./ToolProblem.ts"

const failure = Schema.Union([ToolProblem, SandboxError])
const described = <S extends Schema.Top>(schema: S, description: string) => schema.annotate({ description })
const path = described(Schema.String, "Path relative to the repository root, e.g. src/index.ts")
const whole = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))

export const List = Tool.make("list", {
  description: "List the files under a directory (tracked and new ones; ignored ones are left out).",
  parameters: Schema.Struct({
    path: Schema.optionalKey(described(Schema.String, "Directory relative to the repository root; default the root")),
  }),
  success: Schema.String,
  failure,
})

export const Read = Tool.make("read", {
  description: "Read a file, with line numbers.",
  parameters: Schema.Struct({
    path,
    offset: Schema.optionalKey(described(whole(1, 10_000_000), "First line, from 1")),
    limit: Schema.optionalKey(described(whole(1, 5_000), "Number of lines; default 600")),
  }),
  success: Schema.String,
  failure,
})

export const Search = Tool.make("search", {
  description: "Search file contents with a regular expression (ripgrep syntax); answers path:line:text.",
  parameters: Schema.Struct({
    pattern: described(Schema.NonEmptyString, "Regular expression"),
    path: Schema.optionalKey(described(Schema.String, "File or directory to search in; default the whole repository")),
    glob: Schema.optionalKey(described(Schema.String, "Only files that match, e.g. *.ts")),
  }),
  success: Schema.String,
  failure,
})

export const Edit = Tool.make("edit", {
  description:
    "Replace text in a file. oldText must stand in the file exactly once, white space included; do not include the line numbers that read shows.",
  parameters: Schema.Struct({
    path,
    oldText: described(Schema.String, "The exact text to replace, with enough lines around it to be unique"),
    newText: described(Schema.String, "What stands there afterwards"),
  }),
  success: Schema.String,
  failure,
})

export const Write = Tool.make("write", {
  description: "Create a file, or replace all of it. Prefer edit for a file that exists.",
  parameters: Schema.Struct({ path, content: Schema.String }),
  success: Schema.String,
  failure,
})

export const Delete = Tool.make("delete", {
  description: "Delete one file.",
  parameters: Schema.Struct({ path }),
  success: Schema.String,
  failure,
})

export const Bash = Tool.make("bash", {
  description:
    "Run a bash command in the repository root. Only hosts that the operator allowed for tests can be reached, by default none. State of the shell is not kept between calls.",
  parameters: Schema.Struct({
    command: described(Schema.NonEmptyString, "The command line"),
    timeoutSeconds: Schema.optionalKey(described(whole(1, 600), "Default 120")),
  }),
  success: Schema.String,
  failure,
})

export const RunTests = Tool.make("run_tests", {
  description: "Run the repository's own tests and answer the figures and the failing tests.",
  parameters: Schema.Struct({
    only: Schema.optionalKey(
      described(Schema.Array(Schema.NonEmptyString), "Ids of single tests, as an earlier report named them; default all"),
    ),
  }),
  success: Schema.String,
  failure,
})

export const Finish = Tool.make("finish", {
  description: "Say that the work is done. Call it alone, after the tests passed.",
  parameters: Schema.Struct({
    summary: described(Schema.String, "What was wrong or missing, and what was done about it, in a few sentences"),
    changes: described(Schema.Array(Schema.String), "One line per change"),
    risks: described(Schema.Array(Schema.String), "What a reviewer should look at; empty when nothing"),
  }),
  success: Work,
  failure,
})

/** What the coder can do. Definitions only; `coderHandlers` does the work. */
export const CoderToolkit = Toolkit.make(List, Read, Search, Edit, Write, Delete, Bash, RunTests, Finish)

/** Tools after which the working tree may be another one. */
export const CHANGING_TOOLS: ReadonlyArray<string> = ["edit", "write", "delete", "bash"]
