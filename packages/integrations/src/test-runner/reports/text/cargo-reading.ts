import { parseCargo } from "../cargo-text.ts"
import { lastIndex, reading, type TextReader } from "./TextReading.ts"

/** `cargo test`: what the machine reading of its text says, as one reader among the others. */
export const readCargoText: TextReader = ({ text, lines }) => {
  const at = lastIndex(lines, /^running \d+ tests?$|^test result: |^error(\[E\d+\])?: could not compile|^test \S.* \.\.\. /)
  if (at < 0 || !lines.some((line) => /^running \d+ tests?$|could not compile `/.test(line))) return null
  const part = parseCargo(text)
  const count = (status: string) => part.tests.filter((test) => test.status === status).length
  return reading("cargo", at, {
    counts: { passed: count("passed"), failed: count("failed"), skipped: count("skipped") },
    failing: part.tests.flatMap((test) =>
      test.status === "failed" ? [[test.file, ...test.path].filter((word) => word !== null).join(" > ")] : [],
    ),
    tests: part.tests,
    loadErrors: part.loadErrors,
    problem: part.problem,
  })
}
