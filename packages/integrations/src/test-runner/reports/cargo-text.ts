import type { Part, RawTest } from "./Part.ts"

/**
 * The text of `cargo test` (libtest's JSON is unstable). Each binary announces `running N tests` and ends with `test result:`;
 * figures of the two must agree, or the text is cut. A compile error ends cargo before any binary runs: a load error.
 */
export const parseCargo = (text: string): Part => {
  const tests: Array<RawTest> = []
  const loadErrors: Array<{ file: string; message: string }> = []
  const messages = new Map<string, string>()
  /** The tests that cargo listed before it ran them (`harness/shims.ts`). */
  const names = new Set<string>()
  let target: string | null = null
  let expected = 0
  let open = false
  let seen = 0
  let problem: string | null = null
  let section: string | null = null
  for (const line of text.split("\n")) {
    const listed = /^loom-lists (.+)$/.exec(line)?.[1]
    if (listed !== undefined) names.add(listed)
    const binary = /^\s+(?:Running (?:unittests )?(\S+)(?: \(.*\))?|Doc-tests (\S+))$/.exec(line)
    if (binary) target = binary[1] ?? `doc-tests ${binary[2] ?? ""}`
    const announced = /^running (\d+) tests?$/.exec(line)
    if (announced) {
      if (open) problem = `${target ?? "A test binary"} did not finish.`
      expected = Number(announced[1])
      open = true
      seen = 0
    }
    const outcome = /^test (.+?)(?: - should panic)? \.\.\. (ok|FAILED|ignored)\b/.exec(line)
    if (outcome && open) {
      seen++
      if (names.size > 0 && !names.has(outcome[1] ?? ""))
        problem = `A line tells of the test ${outcome[1]}, which ${target ?? "the crate"} does not have: a test printed it.`
      const status = outcome[2] === "ok" ? "passed" : outcome[2] === "FAILED" ? "failed" : "skipped"
      tests.push({ file: target, path: (outcome[1] ?? "").split("::"), status, durationMs: null, message: null })
    }
    const heading = /^---- (.+) stdout ----$/.exec(line)
    if (heading) section = `${target}\0${heading[1]}`
    else if (/^(failures:|test result:)/.test(line)) section = null
    else if (section !== null) messages.set(section, `${messages.get(section) ?? ""}${line}\n`.slice(0, 4000))
    const result = /^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored/.exec(line)
    if (result && open) {
      open = false
      const total = Number(result[1]) + Number(result[2]) + Number(result[3])
      if (total !== seen || total !== expected) problem = `${target ?? "A test binary"} says ${total} tests, but ${seen} were seen.`
    }
    const uncompiled = /^error: could not compile `([^`]+)`(.*)/.exec(line)
    if (uncompiled) loadErrors.push({ file: uncompiled[1] ?? "crate", message: text.slice(Math.max(0, text.indexOf("error")), 4000) })
  }
  if (open) problem = `${target ?? "A test binary"} did not finish.`
  return {
    runner: "cargo",
    format: "text",
    loadErrors,
    problem,
    tests: tests.map((test) =>
      test.status === "failed" ? { ...test, message: messages.get(`${test.file}\0${test.path.join("::")}`)?.trim() ?? null } : test,
    ),
  }
}
