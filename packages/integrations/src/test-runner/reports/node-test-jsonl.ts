import { Option, Schema } from "effect"
import { broken, type Part, type RawTest } from "./Part.ts"

/** `describe` in `describe`: each level copies the names of those below. */
const MAX_NESTING = 64

const Event = Schema.fromJsonString(
  Schema.Struct({
    end: Schema.optionalKey(Schema.Boolean),
    ok: Schema.optionalKey(Schema.Boolean),
    name: Schema.optionalKey(Schema.String),
    nesting: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: MAX_NESTING }))),
    file: Schema.optionalKey(Schema.NullOr(Schema.String)),
    entry: Schema.optionalKey(Schema.NullOr(Schema.String)),
    line: Schema.optionalKey(Schema.NullOr(Schema.Finite)),
    skip: Schema.optionalKey(Schema.Boolean),
    todo: Schema.optionalKey(Schema.Boolean),
    suite: Schema.optionalKey(Schema.Boolean),
    ms: Schema.optionalKey(Schema.NullOr(Schema.Finite)),
    failure: Schema.optionalKey(Schema.String),
    exitCode: Schema.optionalKey(Schema.NullOr(Schema.Int)),
    message: Schema.optionalKey(Schema.String),
  }),
)
const decode = Schema.decodeUnknownOption(Event)

/** Name of the test that node:test makes of a file in which no test reported: it proves only that the process ended well. */
const WHOLE_FILE = "(file)"

/**
 * What `nodeTestReporter` writes: children come before their parent, one level deeper, so the path is completed on the way up.
 * A file whose process failed, or which is among `exits`, is a load error; a suite counts only when it failed for a reason of its own (a hook).
 */
export const parseNodeTest = (text: string, exits: ReadonlySet<string> = new Set()): Part => {
  const events = text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => decode(line))
  if (events.length === 0 || events.some(Option.isNone)) return broken("node:test", "The node:test report is cut or not JSON.")
  const loadErrors: Array<{ file: string; message: string }> = []
  let waiting: Array<Array<RawTest>> = []
  let ended = false
  for (const event of events) {
    if (Option.isNone(event)) continue
    const { name, nesting = 0, ok = false } = event.value
    if (event.value.end === true) ended = true
    if (name === undefined) continue
    const file = event.value.entry ?? event.value.file ?? null
    const children = (waiting[nesting + 1] ?? []).map((test) => ({ ...test, file: test.file ?? file, path: [name, ...test.path] }))
    waiting = waiting.slice(0, nesting + 1)
    const whole = nesting === 0 && file !== null && event.value.suite !== true && (name === file || file.endsWith(`/${name}`))
    const own: RawTest = {
      file,
      path: [whole ? WHOLE_FILE : name],
      status: event.value.skip === true || event.value.todo === true ? "skipped" : ok ? "passed" : "failed",
      durationMs: event.value.ms ?? null,
      message: ok ? null : (event.value.message ?? "failed"),
      line: event.value.line ?? null,
    }
    if (whole && ok && exits.has(file ?? name)) {
      loadErrors.push({ file: file ?? name, message: "A test ended the process with success: the file's tests were not told." })
      continue
    }
    if (whole && !ok)
      loadErrors.push({ file: file ?? name, message: `${own.message ?? "failed"} (exit code ${event.value.exitCode ?? "none"})` })
    const counts = whole ? ok : event.value.suite === true ? !ok && event.value.failure !== "subtestsFailed" : true
    const level = (waiting[nesting] ??= [])
    // One by one: there may be more than a call takes arguments.
    for (const test of children) level.push(test)
    if (counts) level.push(own)
  }
  const tests = waiting.flat()
  return { runner: "node:test", format: "machine", tests, loadErrors, problem: ended ? null : "The node:test report has no end." }
}
