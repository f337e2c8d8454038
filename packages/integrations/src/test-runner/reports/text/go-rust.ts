import { cut, lastIndex, matches, none, number, reading, unique, type TextReader } from "./TextReading.ts"

/**
 * `go test` without `-json`. With `-v` every test is told; without it only packages and failing tests are, and then the figures
 * count packages, since nothing else is known.
 */
export const readGoText: TextReader = ({ lines }) => {
  const packages = matches(
    lines,
    /^(ok|FAIL|\?|---)?\s*\t?(\S+)\s+(?:\t?)(\(cached\)|[\d.]+s|\[(?:build failed|setup failed|no test files)\])(.*)$/,
  ).filter(([, word]) => word === "ok" || word === "FAIL" || word === "?")
  const told = matches(lines, /^\s*--- (PASS|FAIL|SKIP): (\S+) \([\d.]+s\)/)
  const running = matches(lines, /^=== RUN\s+(\S+)/).map(([, name = ""]) => name)
  const panics = lastIndex(lines, /^panic: |^fatal error: |^signal: /)
  if (packages.length === 0 && told.length === 0 && running.length === 0) return null
  const at = Math.max(
    lastIndex(lines, /^(ok|FAIL|\?)\s*\t\S+/),
    lastIndex(lines, /^\s*--- (PASS|FAIL|SKIP): |^=== RUN/),
    lastIndex(lines, /^FAIL$/),
  )
  const verbose = running.length > 0
  const failing = unique(told.filter(([, word]) => word === "FAIL").map(([, , name = ""]) => name.replaceAll("/", " > ")))
  const ok = packages.filter(([, word, , , rest]) => word === "ok" && !/\[no tests to run\]/.test(rest ?? ""))
  const loadErrors = [
    ...packages
      .filter(([, word, , state]) => word === "FAIL" && /build failed|setup failed/.test(state ?? ""))
      .map(([, , name = ""]) => ({ file: name, message: "The package did not build." })),
    ...(panics >= 0 && failing.length === 0
      ? [{ file: packages.find(([, word]) => word === "FAIL")?.[2] ?? "(go test)", message: lines.slice(panics, panics + 8).join("\n") }]
      : []),
  ]
  const failedPackages = packages.filter(([, word]) => word === "FAIL").length
  const ended = new Set(told.map(([, , name]) => name))
  const open = running.filter((name) => !ended.has(name))
  const count = (word: string) => told.filter(([, status]) => status === word).length
  const counts = verbose
    ? { passed: count("PASS"), failed: count("FAIL"), skipped: count("SKIP") }
    : { passed: ok.length, failed: failing.length, skipped: count("SKIP") }
  const unexplained = failedPackages > 0 && failing.length === 0 && loadErrors.length === 0
  return reading("go", at, {
    counts,
    failing,
    loadErrors,
    otherFailure: unexplained ? "a package failed without a failing test" : null,
    problem:
      packages.length === 0 ||
      lastIndex(lines, /^(ok|FAIL|\?)\s*\t\S+/) < lastIndex(lines, /^\s*--- (PASS|FAIL|SKIP): |^=== R/) ||
      (failing.length > 0 && failedPackages === 0)
        ? cut("go")
        : verbose && open.length > 0 && panics < 0
          ? `go test began ${open[0]} and did not end it.`
          : null,
  })
}

/** cargo-nextest: a line per test and `Summary [   0.01s] 3 tests run: 2 passed, 1 failed, 0 skipped`. */
export const readNextest: TextReader = ({ lines }) => {
  const at = lastIndex(lines, /^\s+Summary \[\s*[\d.]+s\]\s+\d+/)
  const started = lastIndex(lines, /^\s*Starting \d+ tests? across \d+ binar|^\s*Nextest run ID/)
  if (at < 0 && started < 0) return null
  const failing = unique(
    matches(lines, /^\s+(?:FAIL|TIMEOUT|SIG\w+|ABORT|LEAK-FAIL|TRY \d+ \w+) (?:\[\s*[>\d.]+s\]) (?:\(\s*\d+\/\d+\) )?(\S+) (.+)$/).flatMap(
      ([line, binary, name = ""]) =>
        /^\s+TRY \d+ (?:PASS|FAIL)/.test(line) && !/^\s+TRY/.test(line) ? [] : [`${binary} > ${name.split("::").join(" > ")}`],
    ),
  )
  const passing = new Set(
    matches(lines, /^\s+(?:PASS|FLAKY \d+\/\d+|TRY \d+ PASS) (?:\[\s*[>\d.]+s\]) (?:\(\s*\d+\/\d+\) )?(\S+) (.+)$/).map(
      ([, binary, name = ""]) => `${binary} > ${name.split("::").join(" > ")}`,
    ),
  )
  const real = failing.filter((name) => !passing.has(name))
  if (at < 0)
    return reading("cargo", started, {
      problem: cut("cargo"),
      failing: real,
      counts: { passed: passing.size, failed: real.length, skipped: 0 },
    })
  const line = lines[at] ?? ""
  const say = (pattern: RegExp) => number(line, pattern)
  const failed = say(/(\d+) failed/) + say(/(\d+) timed out/) + say(/(\d+) exec failed/)
  const ran = say(/\](?:\s+)(\d+)/)
  const planned = say(/\]\s+\d+\/(\d+) tests run/)
  return reading("cargo", at, {
    counts: { passed: say(/(\d+) passed/), failed, skipped: say(/(\d+) skipped/) },
    failing: real.slice(0, failed),
    stopped: planned > ran,
    problem:
      say(/(\d+) passed/) > 0 &&
      passing.size > 0 &&
      passing.size < say(/(\d+) passed/) &&
      !lines.some((text) => /status-level|\.\.\. and/.test(text))
        ? `nextest's summary says ${say(/(\d+) passed/)} passed, but ${passing.size} were seen.`
        : null,
  })
}

/** A make that stopped: the exit code is all that plain asserts leave. */
export const readMake: TextReader = ({ lines }) => {
  const failed = lastIndex(lines, /^g?make(\[\d+\])?: \*\*\* .*(Error \d+|Stop\.|Segmentation fault|Aborted|Killed)/)
  if (failed >= 0) {
    const missing = /No rule to make target|missing separator|No targets/.test(lines[failed] ?? "")
    return missing
      ? reading("exit-code", failed, { loadErrors: [{ file: "Makefile", message: lines[failed] ?? "" }] })
      : reading("exit-code", failed, { otherFailure: lines[failed] ?? "make failed" })
  }
  const nothing = lastIndex(lines, /^g?make(\[\d+\])?: Nothing to be done for /)
  return nothing >= 0 ? reading("exit-code", nothing, { counts: none }) : null
}
