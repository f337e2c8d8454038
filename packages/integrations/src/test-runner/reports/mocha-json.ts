import { Option, Schema } from "effect"
import { TestStatus } from "@loom/core/domain/TestReport"
import { broken, type Part } from "./Part.ts"

const MochaJson = Schema.fromJsonString(
  Schema.Struct({
    tests: Schema.Array(
      Schema.Struct({
        titles: Schema.Array(Schema.String),
        file: Schema.NullOr(Schema.String),
        status: TestStatus,
        ms: Schema.NullOr(Schema.Finite),
        message: Schema.NullOr(Schema.String),
      }),
    ),
  }),
)
const decode = Schema.decodeUnknownOption(MochaJson)

/** What `harness/preload.ts` mochaReporter writes. A failing hook is a failing test named after it. */
export const parseMochaJson = (text: string): Part =>
  Option.match(decode(text), {
    onNone: () => broken("mocha", "The mocha report is cut or not JSON."),
    onSome: ({ tests }) => ({
      runner: "mocha",
      format: "machine",
      tests: tests.map((test) => ({ file: test.file, path: test.titles, status: test.status, durationMs: test.ms, message: test.message })),
      loadErrors: [],
      problem: null,
    }),
  })
