import { Option, Schema } from "effect"
import { broken, type Part, type RawTest } from "./Part.ts"

const Opt = Schema.optionalKey
const Nullable = <S extends Schema.Top>(schema: S) => Schema.optionalKey(Schema.NullOr(schema))

const MochaTest = Schema.Struct({
  title: Schema.String,
  fullTitle: Schema.String,
  file: Nullable(Schema.String),
  duration: Nullable(Schema.Finite),
  currentRetry: Nullable(Schema.Finite),
  err: Nullable(Schema.Struct({ message: Nullable(Schema.String), stack: Nullable(Schema.String) })),
})
/** mocha's own `--reporter json`. */
const MochaOwn = Schema.fromJsonString(
  Schema.Struct({
    stats: Schema.Struct({ tests: Schema.Finite, passes: Schema.Finite, pending: Schema.Finite, failures: Schema.Finite }),
    passes: Schema.Array(MochaTest),
    pending: Schema.Array(MochaTest),
    failures: Schema.Array(MochaTest),
  }),
)
const decodeMocha = Schema.decodeUnknownOption(MochaOwn)

export const parseMochaOwn = (text: string): Part =>
  Option.match(decodeMocha(text), {
    onNone: () => broken("mocha", "The mocha report is cut or not JSON."),
    onSome: ({ stats, passes, pending, failures }) => {
      const of =
        (status: RawTest["status"]) =>
        (test: typeof MochaTest.Type): RawTest => ({
          file: test.file ?? null,
          path: [...(test.fullTitle.endsWith(` ${test.title}`) ? [test.fullTitle.slice(0, -test.title.length - 1)] : []), test.title],
          status,
          durationMs: test.duration ?? null,
          message: status === "failed" ? (test.err?.stack ?? test.err?.message ?? "failed") : null,
          ...(status === "passed" && (test.currentRetry ?? 0) > 0 ? { retries: test.currentRetry ?? 0 } : {}),
        })
      return {
        runner: "mocha",
        format: "machine",
        tests: [...passes.map(of("passed")), ...pending.map(of("skipped")), ...failures.map(of("failed"))],
        loadErrors: [],
        problem:
          stats.passes !== passes.length || stats.failures !== failures.length || stats.pending !== pending.length
            ? "The mocha report's figures do not match its tests."
            : null,
      }
    },
  })

/** mocha's `--reporter json-stream`: `["pass", {…}]` per line, and `["end", {…}]`. */
export const parseMochaStream = (text: string): Part => {
  const tests: Array<RawTest> = []
  let figures: { readonly passes: number; readonly failures: number; readonly pending: number } | null = null
  for (const line of text.split("\n")) {
    const event = line.startsWith('["') ? Option.getOrUndefined(decodeStream(line)) : undefined
    if (event === undefined) continue
    const [kind, body] = event
    if (kind === "end") figures = { passes: body.passes ?? 0, failures: body.failures ?? 0, pending: body.pending ?? 0 }
    if (kind !== "pass" && kind !== "fail") continue
    const title = body.title ?? "(unnamed)"
    tests.push({
      file: body.file ?? null,
      path: [...(body.fullTitle?.endsWith(` ${title}`) ? [body.fullTitle.slice(0, -title.length - 1)] : []), title],
      status: kind === "pass" ? "passed" : "failed",
      durationMs: body.duration ?? null,
      message: kind === "fail" ? (body.stack ?? "failed") : null,
    })
  }
  const count = (status: string) => tests.filter((test) => test.status === status).length
  return {
    runner: "mocha",
    format: "machine",
    tests,
    counts: { passed: count("passed"), failed: count("failed"), skipped: figures?.pending ?? 0 },
    loadErrors: [],
    problem:
      figures === null || figures.passes !== count("passed") || figures.failures !== count("failed") ? "The mocha report is cut." : null,
  }
}
const decodeStream = Schema.decodeUnknownOption(
  Schema.fromJsonString(
    Schema.Tuple([
      Schema.String,
      Schema.Struct({
        title: Opt(Schema.String),
        fullTitle: Opt(Schema.String),
        file: Nullable(Schema.String),
        duration: Nullable(Schema.Finite),
        stack: Nullable(Schema.String),
        passes: Opt(Schema.Finite),
        failures: Opt(Schema.Finite),
        pending: Opt(Schema.Finite),
      }),
    ]),
  ),
)

/** rspec's `--format json`. */
const RspecJson = Schema.fromJsonString(
  Schema.Struct({
    examples: Schema.Array(
      Schema.Struct({
        description: Schema.String,
        full_description: Schema.String,
        status: Schema.String,
        file_path: Schema.String,
        line_number: Opt(Schema.Finite),
        run_time: Nullable(Schema.Finite),
        pending_message: Nullable(Schema.String),
        exception: Nullable(Schema.Struct({ class: Nullable(Schema.String), message: Nullable(Schema.String) })),
      }),
    ),
    summary: Schema.Struct({
      example_count: Schema.Finite,
      failure_count: Schema.Finite,
      pending_count: Schema.Finite,
      errors_outside_of_examples_count: Opt(Schema.Finite),
    }),
    messages: Opt(Schema.Array(Schema.String)),
  }),
)
const decodeRspec = Schema.decodeUnknownOption(RspecJson)

export const parseRspecJson = (text: string): Part =>
  Option.match(decodeRspec(text), {
    onNone: () => broken("rspec", "The rspec report is cut or not JSON."),
    onSome: ({ examples, summary, messages }) => {
      const outside = summary.errors_outside_of_examples_count ?? 0
      const said = (messages ?? []).filter((message) => /An error occurred/.test(message))
      return {
        runner: "rspec",
        format: "machine",
        tests: examples.map((example) => ({
          file: example.file_path.replace(/^\.\//, ""),
          path: [
            ...(example.full_description.endsWith(` ${example.description}`)
              ? [example.full_description.slice(0, -example.description.length - 1)]
              : []),
            example.description,
          ],
          status: example.status === "passed" ? "passed" : example.status === "failed" ? "failed" : "skipped",
          durationMs: example.run_time == null ? null : Math.round(example.run_time * 1000),
          message: example.exception == null ? null : `${example.exception.class ?? ""}: ${example.exception.message ?? ""}`.slice(0, 4000),
          line: example.line_number ?? null,
        })),
        loadErrors: Array.from({ length: Math.min(outside, 1000) }, (_, index) => ({
          file: /while loading (?:\.\/)?(\S+?)\.?(?:\s|$)/.exec(said[index] ?? "")?.[1] ?? "(outside of examples)",
          message: (said[index] ?? "an error occurred outside of the examples").trim().slice(0, 4000),
        })),
        problem:
          summary.example_count !== examples.length
            ? `The rspec report says ${summary.example_count} examples, but holds ${examples.length}.`
            : null,
      }
    },
  })

/** pytest-json-report. */
const PytestJson = Schema.fromJsonString(
  Schema.Struct({
    summary: Schema.Struct({ total: Opt(Schema.Finite) }),
    tests: Opt(
      Schema.Array(
        Schema.Struct({ nodeid: Schema.String, outcome: Schema.String, lineno: Nullable(Schema.Finite), call: Opt(Schema.Unknown) }),
      ),
    ),
    collectors: Opt(Schema.Array(Schema.Struct({ nodeid: Schema.String, outcome: Schema.String, longrepr: Opt(Schema.Unknown) }))),
  }),
)
const decodePytest = Schema.decodeUnknownOption(PytestJson)

export const parsePytestJson = (text: string): Part =>
  Option.match(decodePytest(text), {
    onNone: () => broken("pytest", "The pytest report is cut or not JSON."),
    onSome: ({ summary, tests = [], collectors = [] }) => ({
      runner: "pytest",
      format: "machine",
      tests: tests.map((test) => {
        const [file = "", ...path] = test.nodeid.split("::")
        const status = /^(passed|xpassed)$/.test(test.outcome) ? "passed" : /^(failed|error)$/.test(test.outcome) ? "failed" : "skipped"
        return {
          file,
          path: path.length === 0 ? [file] : path,
          status,
          durationMs: null,
          message: status === "failed" ? test.outcome : null,
          line: test.lineno ?? null,
        }
      }),
      loadErrors: collectors
        .filter((one) => one.outcome === "failed")
        .map((one) => ({
          file: one.nodeid,
          message: typeof one.longrepr === "string" ? one.longrepr.slice(0, 4000) : "error at collection",
        })),
      problem: summary.total !== undefined && summary.total !== tests.length ? "The pytest report's total does not match its tests." : null,
    }),
  })

/** One JSON object per line of libtest (`cargo test -- -Z unstable-options --format json`) and nextest's libtest-json. */
const Libtest = Schema.fromJsonString(
  Schema.Struct({
    type: Schema.String,
    event: Schema.String,
    name: Opt(Schema.String),
    test_count: Opt(Schema.Finite),
    stdout: Opt(Schema.String),
    exec_time: Opt(Schema.Finite),
  }),
)
const decodeLibtest = Schema.decodeUnknownOption(Libtest)

export const parseLibtest = (text: string): Part => {
  const tests: Array<RawTest> = []
  let [open, said] = [0, 0]
  for (const line of text.split("\n")) {
    const event = line.startsWith("{") ? Option.getOrUndefined(decodeLibtest(line)) : undefined
    if (event === undefined) continue
    if (event.type === "suite" && event.event === "started") {
      open++
      said += event.test_count ?? 0
    } else if (event.type === "suite") open--
    if (event.type !== "test" || event.event === "started") continue
    tests.push({
      file: null,
      path: (event.name ?? "").split("::"),
      status: event.event === "ok" ? "passed" : event.event === "failed" || event.event === "timeout" ? "failed" : "skipped",
      durationMs: event.exec_time === undefined ? null : Math.round(event.exec_time * 1000),
      message: event.event === "failed" ? (event.stdout ?? "failed").slice(0, 4000) : null,
    })
  }
  return {
    runner: "cargo",
    format: "machine",
    tests,
    loadErrors: [],
    problem: open !== 0 || said > tests.length ? "A test binary did not finish." : null,
  }
}
