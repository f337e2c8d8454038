import type { Runner } from "@loom/core/domain/Recipe"
import { TestStatus } from "@loom/core/domain/TestReport"
import { Option, Schema } from "effect"
import { broken, type Part, type RawTest } from "./Part.ts"

/** One line per test as Loom's own reporters write it, and one that says how the runner ended. */
const Event = Schema.fromJsonString(
  Schema.Struct({
    /** Suites outermost first, the test's own name last. */
    titles: Schema.optionalKey(Schema.Array(Schema.String)),
    file: Schema.optionalKey(Schema.NullOr(Schema.String)),
    line: Schema.optionalKey(Schema.NullOr(Schema.Finite)),
    status: Schema.optionalKey(TestStatus),
    ms: Schema.optionalKey(Schema.NullOr(Schema.Finite)),
    message: Schema.optionalKey(Schema.NullOr(Schema.String)),
    expected: Schema.optionalKey(Schema.Boolean),
    /** A file that did not load, or an error outside of the tests. */
    load: Schema.optionalKey(Schema.String),
    /** The runner came to its own end. `total`: how many tests it says it ran. */
    end: Schema.optionalKey(Schema.Boolean),
    total: Schema.optionalKey(Schema.NullOr(Schema.Int)),
    /** What the runner itself calls incomplete, e.g. focused tests. */
    incomplete: Schema.optionalKey(Schema.NullOr(Schema.String)),
  }),
)
const decode = Schema.decodeUnknownOption(Event)

/** What `harness/` writes for jasmine, uvu, tape, minitest, test-unit and prove. Without the end line a test ended the process. */
export const parseEvents = (runner: Runner, text: string): Part => {
  const tests: Array<RawTest> = []
  const loadErrors: Array<{ file: string; message: string }> = []
  let [ended, said, ran]: [boolean, number, number] = [false, 0, 0]
  let incomplete: string | null = null
  for (const line of text.split("\n")) {
    if (line === "") continue
    const event = Option.getOrUndefined(decode(line))
    if (event === undefined) return broken(runner, `The ${runner} report is cut or not JSON.`)
    if (event.end === true) {
      ended = true
      said += event.total ?? 0
      incomplete = event.incomplete ?? incomplete
    }
    if (event.load !== undefined)
      loadErrors.push({ file: event.load, message: (event.message ?? "failed outside of its tests").slice(0, 4000) })
    if (event.titles === undefined || event.status === undefined) continue
    ran++
    tests.push({
      file: event.file ?? null,
      path: event.titles.length === 0 ? ["(unnamed)"] : event.titles,
      status: event.status,
      durationMs: event.ms ?? null,
      message: event.message ?? null,
      line: event.line ?? null,
      ...(event.expected === true ? { expectedFailure: true } : {}),
    })
  }
  return {
    runner,
    format: "machine",
    tests,
    loadErrors,
    ...(incomplete === null ? {} : { otherFailure: incomplete }),
    problem: !ended
      ? `${runner} did not come to its end: a test ended the process, or it crashed.`
      : said > ran
        ? `${runner} says it ran ${said} tests, but ${ran} were told.`
        : null,
  }
}
