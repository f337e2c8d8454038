import { Option, Schema } from "effect"
import { TestStatus } from "@loom/core/domain/TestReport"
import { broken, type Part } from "./Part.ts"

const UnittestJson = Schema.fromJsonString(
  Schema.Struct({
    tests: Schema.Array(
      Schema.Struct({
        id: Schema.String,
        file: Schema.NullOr(Schema.String),
        status: TestStatus,
        ms: Schema.NullOr(Schema.Finite),
        message: Schema.NullOr(Schema.String),
        load: Schema.Boolean,
      }),
    ),
  }),
)
const decode = Schema.decodeUnknownOption(UnittestJson)

/** What `harness/python.ts` writes. A module that cannot be imported is unittest's `_FailedTest`: a load error. */
export const parseUnittest = (text: string): Part =>
  Option.match(decode(text), {
    onNone: () => broken("unittest", "The unittest report is cut or not JSON."),
    onSome: ({ tests }) => ({
      runner: "unittest",
      format: "machine",
      tests: tests
        .filter((test) => !test.load)
        .map((test) => ({
          // `id` is dotted: module, class, method. The file says the module already.
          file: test.file,
          path:
            test.file === null
              ? [test.id]
              : test.id
                  .replace(/ \(.*$/, "")
                  .split(".")
                  .slice(-2),
          status: test.status,
          durationMs: test.ms,
          message: test.message,
        })),
      loadErrors: tests
        .filter((test) => test.load)
        .map((test) => ({
          file: test.id.replace(/^unittest\.loader\.\w+\./, ""),
          message: test.message ?? "could not be imported",
        })),
      problem: null,
    }),
  })
