import { Option, Schema } from "effect"
import type { Coverage } from "@loom/core/domain/TestReport"
import { broken, type Part } from "./Part.ts"

const Place = Schema.Struct({ start: Schema.Struct({ line: Schema.Finite }) })
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
            invocations: Schema.optionalKey(Schema.Finite),
          }),
        ),
      }),
    ),
    wasInterrupted: Schema.optionalKey(Schema.Boolean),
    success: Schema.optionalKey(Schema.Boolean),
    numTotalTests: Schema.optionalKey(Schema.Finite),
    numTotalTestSuites: Schema.optionalKey(Schema.Finite),
    coverageMap: Schema.optionalKey(
      Schema.NullOr(
        Schema.Record(
          Schema.String,
          Schema.Struct({ statementMap: Schema.Record(Schema.String, Place), s: Schema.Record(Schema.String, Schema.Finite) }),
        ),
      ),
    ),
  }),
)
const decode = Schema.decodeUnknownOption(JestJson)

const statusOf = (word: string) => (word === "passed" ? "passed" : word === "failed" ? "failed" : "skipped")

type Map = NonNullable<(typeof JestJson.Type)["coverageMap"]>
/** Istanbul's statements as lines: a line is missed when no statement that begins on it ran. */
const coverageOf = (map: Map): Coverage | null => {
  let [hit, all] = [0, 0]
  const missed: Record<string, ReadonlyArray<number>> = {}
  for (const [file, { statementMap, s }] of Object.entries(map)) {
    const lines = new Map<number, boolean>()
    for (const [key, place] of Object.entries(statementMap))
      lines.set(place.start.line, (lines.get(place.start.line) ?? false) || (s[key] ?? 0) > 0)
    const unseen = [...lines].filter(([, ran]) => !ran).map(([line]) => line)
    all += lines.size
    hit += lines.size - unseen.length
    if (unseen.length > 0 && Object.keys(missed).length < 200) missed[file] = unseen.toSorted((a, b) => a - b)
  }
  return all === 0 ? null : { percent: Math.round((hit / all) * 10_000) / 100, missed }
}

/** A file that failed without a failing test of its own (import error, hook of the whole file) is a load error. */
export const parseJestJson = (runner: "vitest" | "jest", text: string): Part =>
  Option.match(decode(text), {
    onNone: () => broken(runner, `The ${runner} report is cut or not JSON.`),
    onSome: ({ testResults, wasInterrupted, success, numTotalTests, numTotalTestSuites, coverageMap }) => {
      const loadErrors = testResults
        .filter((file) => file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed"))
        .map((file) => ({ file: file.name, message: file.message || "The file failed outside of its tests." }))
      const tests = testResults.flatMap((file) =>
        file.assertionResults.map((test) => ({
          file: file.name,
          path: [...test.ancestorTitles.filter((title) => title !== ""), test.title],
          status: statusOf(test.status),
          durationMs: test.duration ?? null,
          message: test.failureMessages?.filter((message) => message !== null).join("\n") || null,
          line: test.location?.line ?? null,
          ...(test.invocations !== undefined && test.invocations > 1 && test.status === "passed" ? { retries: test.invocations - 1 } : {}),
        })),
      ) satisfies Part["tests"]
      const failed = tests.some((test) => test.status === "failed") || loadErrors.length > 0
      const coverage = coverageMap === undefined || coverageMap === null ? null : coverageOf(coverageMap)
      return {
        runner,
        format: "machine",
        tests,
        loadErrors,
        // jest counts the files it did not get to (`--bail`); vitest counts suites, not files.
        ...(runner === "jest" && numTotalTestSuites !== undefined && numTotalTestSuites > testResults.length ? { stopped: true } : {}),
        ...(success === false && !failed && tests.length > 0
          ? {
              otherFailure: `${runner} calls the run failed although no test did: a coverage threshold, an unhandled error or obsolete snapshots`,
            }
          : {}),
        ...(coverage === null ? {} : { coverage }),
        problem:
          wasInterrupted === true
            ? "The test run was interrupted before its end."
            : numTotalTests !== undefined && numTotalTests > tests.length
              ? `The ${runner} report says ${numTotalTests} tests, but holds ${tests.length}.`
              : null,
      }
    },
  })
