import type { Runner } from "@loom/core/domain/Recipe"
import { plain } from "../shell.ts"
import { readCargoText } from "./text/cargo-reading.ts"
import { readGoText, readMake, readNextest } from "./text/go-rust.ts"
import { readBun, readDeno, readJasmine, readUvu } from "./text/jasmine-uvu-bun-deno.ts"
import { readCtest, readGradle, readMaven } from "./text/jvm-native.ts"
import { readAva, readMocha } from "./text/mocha-ava.ts"
import { readNodeSpec } from "./text/node-spec.ts"
import { readPytest, readUnittest } from "./text/python.ts"
import { readMinitest, readPhpunit, readRspec, readTestUnit } from "./text/ruby-php.ts"
import { readBats, readProve } from "./text/shell-perl.ts"
import { readNodeTap, readTapSpec, readTapText } from "./text/tap-text.ts"
import type { Output, TextReading } from "./text/TextReading.ts"
import { readJest, readVitest } from "./text/vitest-jest.ts"

const readers = [
  readVitest,
  readJest,
  readMocha,
  readNodeSpec,
  readAva,
  readJasmine,
  readUvu,
  readTapSpec,
  readBun,
  readDeno,
  readPytest,
  readUnittest,
  readGoText,
  readCargoText,
  readNextest,
  readRspec,
  readMinitest,
  readTestUnit,
  readPhpunit,
  readMaven,
  readGradle,
  readCtest,
  readBats,
  readProve,
  readNodeTap,
]

/** What CI services and workspace tools put before every line: a time, a package's name. */
const PREFIXES = [/^\d{4}-\d\d-\d\dT[\d:.]+Z /, /^\S{1,80}(?: test[:$]|:test:) /, /^\s*\S{1,60}\s+\| /]

/** Lines as a person would read them. A prefix goes when most lines have it; a line is read up to 4,000 characters. */
export const outputOf = (raw: string): Output => {
  let lines = plain(raw.replace(/^\uFEFF/, ""))
    .split("\n")
    .map((line) => line.slice(0, 4000).trimEnd())
  for (const prefix of PREFIXES) {
    const written = lines.filter((line) => line !== "")
    if (written.length > (prefix === PREFIXES[0] ? 0 : 2) && written.filter((line) => prefix.test(line)).length > written.length * 0.6)
      lines = lines.map((line) => line.replace(prefix, ""))
  }
  return { lines, text: lines.join("\n") }
}

const AFTER: ReadonlyArray<readonly [RegExp, "failed" | "killed"]> = [
  [
    /^npm (ERR!|error) (code ELIFECYCLE|Test failed|Lifecycle script|errno [1-9])|^\s?ELIFECYCLE\s|^error Command failed with exit code [1-9]/,
    "failed",
  ],
  [
    /^error: script "[^"]*" exited with code [1-9]|^make(\[\d+\])?: \*\*\* |^(##\[error\]|Error: )Process completed with exit code [1-9]/,
    "failed",
  ],
  [/^ERROR: Coverage for .* does not meet|^(FAIL Required test coverage|ERROR: Coverage failure)/, "failed"],
  [
    /^(Killed|Terminated|Segmentation fault|Aborted)( \(core dumped\))?$|^FATAL ERROR: .*(heap out of memory|Allocation failed)|^Command terminated by signal/,
    "killed",
  ],
]

/** What stands after the summary and says that the command failed all the same. */
const afterwards = (lines: ReadonlyArray<string>, at: number): { readonly how: "failed" | "killed"; readonly line: string } | null => {
  for (const line of lines.slice(at + 1)) {
    const found = AFTER.find(([pattern]) => pattern.test(line))
    if (found !== undefined) return { how: found[1], line: line.trim() }
  }
  return null
}

/**
 * The reading that speaks for an output: the one whose summary comes last, since whatever a test printed stands before. Where another
 * whole summary tells of failures the run did not pass, whoever wrote them. Null when no runner is recognised.
 */
export const readText = (wanted: Runner | "auto", { lines, text }: Output): TextReading | null => {
  const output = { lines, text }
  const all = [...readers.map((read) => read(output)), readTapText(wanted)(output)].filter((one) => one !== null)
  const found = all.filter((one) => wanted === "auto" || wanted === "exit-code" || wanted === "junit" || one.runner === wanted)
  const [last, ...others] = found.toSorted((a, b) => b.at - a.at)
  if (last === undefined) return null
  const after = last.problem === null ? afterwards(lines, last.at) : null
  const failing =
    last.problem === null && last.counts.failed === 0 ? others.find((one) => one.problem === null && one.counts.failed > 0) : undefined
  if (failing !== undefined) {
    return {
      ...last,
      counts: failing.counts,
      failing: failing.failing,
      tests: failing.tests,
      failedLoads: failing.failedLoads ?? 0,
      runner: failing.runner,
      stopped: true,
    }
  }
  return after === null
    ? last
    : after.how === "killed"
      ? { ...last, problem: `The process was ended: ${after.line}` }
      : { ...last, otherFailure: last.otherFailure ?? after.line }
}

/** The last resort for an output that no runner wrote. */
export const readMakeText = readMake
