import { Option, Schema } from "effect"
import type { Part, RawTest } from "./Part.ts"

/** `go help test` / test2json: one event per line. */
const Event = Schema.fromJsonString(
  Schema.Struct({
    Action: Schema.String,
    Package: Schema.optionalKey(Schema.String),
    ImportPath: Schema.optionalKey(Schema.String),
    Test: Schema.optionalKey(Schema.String),
    Elapsed: Schema.optionalKey(Schema.Finite),
    Output: Schema.optionalKey(Schema.String),
  }),
)
const decode = Schema.decodeUnknownOption(Event)

/** The package path stands for the file: go does not name files. A package that fails without a failing test did not build. */
export const parseGo = (text: string): Part => {
  const output = new Map<string, string>()
  const tests: Array<RawTest> = []
  const failedPackages = new Set<string>()
  const closed = new Set<string>()
  const opened = new Set<string>()
  const running = new Set<string>()
  /** What the compiler says stands between the events. */
  const plainLines: Array<string> = []
  for (const line of text.split("\n")) {
    const unbuilt = /^FAIL\t(\S+) \[((?:build|setup) failed)\]/.exec(line)
    if (unbuilt !== null) {
      failedPackages.add(unbuilt[1] ?? "")
      output.set(`${unbuilt[1]}\0`, plainLines.join("\n").slice(-4000))
    }
    const event = line.startsWith("{") ? Option.getOrUndefined(decode(line)) : undefined
    if (event === undefined) {
      if (line.trim() !== "" && plainLines.length < 200) plainLines.push(line)
      continue
    }
    const name = event.Package ?? event.ImportPath ?? ""
    const key = `${name}\0${event.Test ?? ""}`
    if (event.Output !== undefined) output.set(key, `${output.get(key) ?? ""}${event.Output}`.slice(-4000))
    if (event.Package === undefined) continue
    opened.add(name)
    const ended = event.Action === "pass" || event.Action === "fail" || event.Action === "skip"
    if (event.Test === undefined) {
      if (ended) closed.add(name)
      if (event.Action === "fail") failedPackages.add(name)
      continue
    }
    if (event.Action === "run") running.add(key)
    // A line that a test printed in the shape of a result was never begun.
    if (!ended || !running.delete(key)) continue
    tests.push({
      file: name,
      path: event.Test.split("/"),
      status: event.Action === "pass" ? "passed" : event.Action === "fail" ? "failed" : "skipped",
      durationMs: event.Elapsed === undefined ? null : Math.round(event.Elapsed * 1000),
      message: event.Action === "fail" ? (output.get(key) ?? null) : null,
    })
  }
  const withFailures = new Set(tests.filter((test) => test.status === "failed").map((test) => test.file))
  const loadErrors = [...failedPackages]
    .filter((name) => !withFailures.has(name) || [...running].some((key) => key.startsWith(`${name}\0`)))
    .map((name) => ({
      file: name,
      message: (output.get(`${name}\0`) ?? "").trim() || "The package did not build or its test binary crashed.",
    }))
  const cut = [...opened].filter((name) => !closed.has(name))
  return { runner: "go", format: "machine", tests, loadErrors, problem: cut.length > 0 ? `go test did not finish ${cut[0]}.` : null }
}
