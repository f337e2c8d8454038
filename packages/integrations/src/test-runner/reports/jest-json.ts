import { Option, Schema } from "effect"
import { broken, type Part } from "./Part.ts"

/** The JSON of jest (`--json`) and of vitest's reporter of the same shape. Only the fields Loom reads. */
const JestJson = Schema.fromJsonString(
  Schema.Struct({
    testResults: Schema.Array(
      Schema.Struct({
        name: Schema.String,
        status: Schema.String,
        message: Schema.optionalKey(Schema.NullOr(Schema.String)),
        assertionResults: Schema.Array(
          Schema.Struct({
            ancestorTitles: Schema.Array(Schema.String),
            title: Schema.String,
            status: Schema.String,
            duration: Schema.optionalKey(Schema.NullOr(Schema.Finite)),
            failureMessages: Schema.optionalKey(Schema.NullOr(Schema.Array(Schema.NullOr(Schema.String)))),
            location: Schema.optionalKey(Schema.NullOr(Schema.Struct({ line: Schema.Finite }))),
          }),
        ),
      }),
    ),
    wasInterrupted: Schema.optionalKey(Schema.Boolean),
  }),
)
const decode = Schema.decodeUnknownOption(JestJson)

const statusOf = (word: string) => (word === "passed" ? "passed" : word === "failed" ? "failed" : "skipped")

/** A file that failed without a failing test of its own (import error, hook of the whole file) is a load error. */
export const parseJestJson = (runner: "vitest" | "jest", text: string): Part =>
  Option.match(decode(text), {
    onNone: () => broken(runner, `The ${runner} report is cut or not JSON.`),
    onSome: ({ testResults, wasInterrupted }) => ({
      runner,
      format: "machine",
      tests: testResults.flatMap((file) =>
        file.assertionResults.map((test) => ({
          file: file.name,
          path: [...test.ancestorTitles.filter((title) => title !== ""), test.title],
          status: statusOf(test.status),
          durationMs: test.duration ?? null,
          message: test.failureMessages?.filter((message) => message !== null).join("\n") || null,
          line: test.location?.line ?? null,
        })),
      ),
      loadErrors: testResults
        .filter((file) => file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed"))
        .map((file) => ({ file: file.name, message: file.message || "The file failed outside of its tests." })),
      problem: wasInterrupted === true ? "The test run was interrupted before its end." : null,
    }),
  })
