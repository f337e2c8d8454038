import { isRunnerConfig, isTestFile } from "../path-kinds.ts"
import { asserts, declaredTest, isComment, isTrivial, strength } from "../test-code.ts"
import type { DiffFile } from "../unified-diff.ts"
import { type CheatRule, finding, type Found, inOldTest, linesOf, replacements, texts } from "./Rule.ts"

const MAX_HITS = 5
const trimmed = (text: string): string => text.trim()
const isTest = (file: DiffFile): boolean => isTestFile(file.path) && file.status !== "deleted"
/** Rust keeps unit tests beside the code; there only the macros are checks. */
const TEST_MODULE = /#\[(?:\w+::)*test\b|#\[cfg\(test\)\]|\bmod tests?\b/
const holdsChecks = (file: DiffFile): boolean =>
  isTest(file) ||
  (file.path.endsWith(".rs") && [...file.headings.values(), ...file.lines.map((line) => line.text)].some((line) => TEST_MODULE.test(line)))
const isCheck = (file: DiffFile, line: string): boolean => (isTest(file) ? asserts(line) : /^\s*assert\w*!\(/.test(line))

/** Checks that vanish, become true by themselves, or say less than before. */
const weakenedAssertions = (file: DiffFile, files: ReadonlyArray<DiffFile>): Found => {
  if (!holdsChecks(file)) return []
  const moved = new Set(
    files
      .filter((other) => isTestFile(other.path))
      .flatMap((other) =>
        texts(other, "added")
          .filter((line) => !isComment(line))
          .map(trimmed),
      ),
  )
  const added = linesOf(file, "added").filter((line) => isCheck(file, line.text))
  const gone = linesOf(file, "removed").filter((line) => isCheck(file, line.text) && !moved.has(trimmed(line.text)))
  const trivial = added.filter((line) => isTrivial(line.text))
  if (trivial.length > gone.filter((line) => isTrivial(line.text)).length) {
    return trivial.map((line) =>
      finding("assertion_removed", gone.length > 0 ? "block" : "warn", file, line, "This check is true whatever the code does."),
    )
  }
  for (const block of replacements(file)) {
    const before = block.removed.filter((line) => isCheck(file, line.text) && !moved.has(trimmed(line.text)))
    const now = block.added.filter((line) => isCheck(file, line.text))
    const count = (lines: ReadonlyArray<{ readonly text: string }>, what: (of: number) => boolean) =>
      lines.filter((line) => what(strength(line.text))).length
    const lostExact = count(before, (of) => of === 3) - count(now, (of) => of === 3)
    const lower = now.find((line) => [1, 2].includes(strength(line.text)))
    const moreLower = count(now, (of) => of === 1 || of === 2) > count(before, (of) => of === 1 || of === 2)
    if (lostExact > 0 && moreLower && lower !== undefined)
      return [finding("assertion_removed", "block", file, lower, "A check of a value is replaced by one that says less.")]
    const toExistence = count(before, (of) => of >= 2) - count(now, (of) => of >= 2)
    const existence = now.find((line) => strength(line.text) === 1)
    if (toExistence > 0 && existence !== undefined && count(now, (of) => of === 1) > count(before, (of) => of === 1))
      return [finding("assertion_removed", "block", file, existence, "A check of a value is replaced by a check that there is one.")]
  }
  const net = gone.length - added.length
  const first = gone[0]
  if (net <= 0 || first === undefined) return []
  // A place where checks were and none is now: not several that became one.
  const bare = replacements(file).find(
    (block) =>
      block.removed.some((line) => isCheck(file, line.text) && !moved.has(trimmed(line.text))) &&
      !block.added.some((line) => isCheck(file, line.text)) &&
      !block.removed.some((line) => declaredTest(line.text) !== null),
  )
  return [
    finding(
      "assertion_removed",
      added.length === 0 || (bare !== undefined && net >= 1 && inOldTest(file, first)) ? "block" : "warn",
      file,
      bare?.removed.find((line) => isCheck(file, line.text)) ?? first,
      `${net} more ${net === 1 ? "check is" : "checks are"} removed than added.`,
    ),
  ]
}

/** How far off a value may be: the number that `pattern` captures; `digits` where a smaller number is laxer. */
const TOLERANCES: ReadonlyArray<{ readonly pattern: RegExp; readonly digits?: true }> = [
  { pattern: /toBeCloseTo\(\s*[^,()]*(?:\([^()]*\))?[^,()]*,\s*(\d+)\s*\)/, digits: true },
  { pattern: /\b(?:places|decimal|decimals|precision)\s*[=:]\s*(\d+)/, digits: true },
  { pattern: /\b(?:delta|rel|abs|rtol|atol|tolerance|eps|epsilon|max_relative|rel_tol|abs_tol)\s*[=:]\s*(\d*\.?\d+(?:e-?\d+)?)/i },
  {
    pattern:
      /\b(?:InDelta|InEpsilon|assertEqualsWithDelta|assert_in_delta|assert_in_epsilon|EXPECT_NEAR|ASSERT_NEAR|closeTo|approximately)\(?.*,\s*(\d*\.?\d+(?:e-?\d+)?)\s*\)?;?\s*$/,
  },
  { pattern: /\bassertEquals\([^,]+,[^,]+,\s*(\d*\.?\d+(?:e-?\d+)?)f?\s*\)/ },
  { pattern: /\bbe_within\(\s*(\d*\.?\d+)\s*\)/ },
  { pattern: /\b(?:abs|fabs|Abs)\w*\(?.*\)?\s*<=?\s*(\d*\.?\d+(?:e-?\d+)?)/ },
  { pattern: /\b(?:toBeLessThan(?:OrEqual)?|assertLess(?:Equal)?|assertLessThan)\(.*?(\d[\d_]*\.?\d*)\s*\)/ },
]
const widenedTolerance = (file: DiffFile): Found => {
  if (!holdsChecks(file)) return []
  const shape = (line: string) => line.replaceAll(/\d[\d._]*(?:e-?\d+)?/gi, "#").replaceAll(/\s+/g, "")
  return replacements(file).flatMap(({ removed, added }): Found => {
    const used = new Set<string>()
    return removed.flatMap((old): Found => {
      for (const { pattern, digits } of TOLERANCES) {
        const before = pattern.exec(old.text)?.[1]
        if (before === undefined) continue
        const now = added.find((line) => !used.has(line.text) && shape(line.text) === shape(old.text) && pattern.test(line.text))
        // The tolerance itself may be gone: `toBeCloseTo(x, 5)` has two digits by default.
        const value = now === undefined ? undefined : pattern.exec(now.text)?.[1]
        if (now === undefined || value === undefined) continue
        used.add(now.text)
        const [was, is] = [Number(before.replaceAll("_", "")), Number(value.replaceAll("_", ""))]
        if (digits === true ? is < was : is > was)
          return [finding("tolerance_widened", "block", file, now, `A value may now be further off: ${before} became ${value}.`)]
      }
      return []
    })
  })
}

const TIMEOUT =
  /\b(?:set)?timeout\w*["']?\s*[(:=]\s*["']?(\d[\d_]*)|\btime_?limit\w*\s*[(:=]\s*(\d[\d_]*)|,\s*(\d{4,})\s*\)\s*;?\s*$|\btime\.(?:Second|Minute|Millisecond)\s*\*\s*(\d+)|(\d+)\s*\*\s*time\.(?:Second|Minute|Millisecond)/i
/** A test that got slow is given more time instead of being made fast. */
const raisedTimeouts = (file: DiffFile): Found => {
  if (!isTestFile(file.path) && !isRunnerConfig(file.path)) return []
  const read = (line: string): number | null => {
    const digits = TIMEOUT.exec(line)
      ?.slice(1)
      .find((group) => group !== undefined)
    return digits === undefined ? null : Number(digits.replaceAll("_", ""))
  }
  const shape = (line: string) => line.replaceAll(/\d[\d_]*/g, "#").replaceAll(/\s+/g, "")
  return replacements(file).flatMap(({ removed, added }): Found => {
    const out: Array<Found[number]> = []
    for (const old of removed) {
      const was = read(old.text)
      if (was === null) continue
      const now = added.find((line) => shape(line.text) === shape(old.text))
      const is = now === undefined ? null : read(now.text)
      if (now !== undefined && is !== null && is >= 2 * was)
        out.push(finding("timeout_raised", "block", file, now, `A test's time limit goes from ${was} to ${is}.`))
    }
    // An existing test that had no limit of its own gets one.
    const hadLimit = removed.some((old) => read(old.text) !== null)
    for (const line of hadLimit ? [] : added) {
      if (out.length >= MAX_HITS) break
      if (
        /\b(?:jest|vi)\.setTimeout\(|\bthis\.timeout\(\s*(?:0|\d{5,})|\btestTimeout\b|\}\s*,\s*\d{5,}\s*\)\s*;?\s*$/.test(line.text) &&
        inOldTest(file, line)
      )
        out.push(finding("timeout_raised", "block", file, line, "A test that was there before gets more time."))
    }
    return out
  })
}

const SLEEP =
  /\bsetTimeout\(\s*(?:r|res|resolve|done|\(\)|next)\b.*,\s*\d{2,}|\b(?:await\s+)?(?:sleep|delay|wait|waitFor|pause)\(\s*\d[\d_]*\s*\)|\btime\.sleep\(|\basyncio\.sleep\(|\btime\.Sleep\(|\bthread::sleep\(|\btokio::time::sleep\(|\bThread\.sleep\(|\bTimeUnit\.\w+\.sleep\(|\busleep\(|^\s*sleep[\s(]\(?\d|\bpage\.waitForTimeout\(/
const addedSleeps = (file: DiffFile): Found => {
  if (!isTest(file)) return []
  const before = texts(file, "removed").filter((line) => SLEEP.test(line)).length
  return linesOf(file, "added")
    .filter((line) => SLEEP.test(line.text) && !isComment(line.text) && !/advanceTimers|fake|clock\.tick|travel/i.test(line.text))
    .slice(before, before + MAX_HITS)
    .map((line) =>
      inOldTest(file, line)
        ? finding("sleep_added", "block", file, line, "A test that was there before now waits for time to pass.")
        : finding("sleep_added", "warn", file, line, "A new test waits for time to pass."),
    )
}

/** What catches everything a check could throw. `empty` ones do nothing with it. */
const CATCHES =
  /\bcatch\s*(?:\([^)]*\))?\s*\{\s*(?:\/\/.*|\/\*.*\*\/|return;?)?\s*\}?\s*;?\s*$|\.catch\(\s*(?:\(\w*\)|\w+)\s*=>\s*(?:\{\s*(?:\/\*.*\*\/)?\s*\}|undefined|null|void 0)\s*\)|\bexcept(?:\s+\(?[\w., ]*(?:AssertionError|Exception|BaseException)\b[^:]*)?:\s*(?:pass|\.\.\.|return|continue)?\s*(?:#.*)?$|\bsuppress\(\s*(?:AssertionError|Exception|BaseException)|\brescue\s*(?:Exception|StandardError|Minitest::Assertion|RSpec::Expectations::ExpectationNotMetError|nil|=>|$)|\brecover\(\)|\bcatch_unwind\b|\bcatch\s*\(\s*\\?(?:Throwable|Exception|AssertionError|AssertionFailedError|Error|ExpectationFailedException|AssertionFailedError)\s+\$?\w+\s*\)\s*\{?\s*\}?\s*$|^\s*set \+e\b|^\s*(?:\[\[?|test|run|assert_\w+|diff|cmp|grep)\s.*\|\|\s*(?:true|:|echo\b.*|return 0)\s*$/
const HANDLES =
  /\b(?:expect|assert|fail|throw|raise|panic|require|t\.\w*(?:Error|Fatal|is|regex)|reject|pytest\.fail)\w*\b|\bdone\(|t\.(?:Fatal|Error)/
const swallowedFailures = (file: DiffFile): Found => {
  if (!isTest(file)) return []
  const before = texts(file, "removed").filter((line) => CATCHES.test(line)).length
  let credit = before
  return file.lines.flatMap((line, index): Found => {
    if (line.kind !== "added" || isComment(line.text) || !CATCHES.test(line.text)) return []
    if (credit-- > 0) return []
    // What the handler does: a few lines on, as far as it is indented deeper.
    const indent = indentOf(line.text)
    const rest = file.lines.slice(index + 1, index + 8).filter((near) => near.kind !== "removed")
    const end = rest.findIndex((near) => near.text.trim() !== "" && indentOf(near.text) <= indent)
    const body = rest.slice(0, end < 0 ? rest.length : end)
    if (body.some((near) => HANDLES.test(near.text)) || /\bpanic\b|HANDLED/.test(line.text)) return []
    // Only a check can be swallowed: there must be one in reach above, or the handler must name its error.
    const above = file.lines.slice(Math.max(0, index - 12), index + 1).filter((near) => near.kind !== "removed")
    const around = /recover\(\)|catch_unwind|set \+e|suppress\(/.test(line.text)
      ? file.lines.slice(index, index + 15).filter((near) => near.kind !== "removed")
      : []
    const swallows =
      [...above, ...around].some((near) => asserts(near.text) || /\bt\.(?:Error|Fatal)/.test(near.text)) || /Assertion/.test(line.text)
    return swallows ? [finding("failure_swallowed", "block", file, line, "A failing check is caught and nothing is done with it.")] : []
  })
}

/** The same check, but nobody waits for it, or only under a condition that was not there. */
const loosenedChecks = (file: DiffFile): Found => {
  if (!isTest(file)) return []
  const core = (text: string) =>
    text
      .trim()
      .replace(/^(?:await|return)\s+/, "")
      .replace(/[;{}\s]+$/, "")
  return replacements(file).flatMap(({ removed, added }): Found =>
    removed.flatMap((old): Found => {
      if (!asserts(old.text)) return []
      const at = added.findIndex((line) => !isComment(line.text) && line.text.includes(core(old.text)))
      const now = added[at]
      if (now === undefined || core(old.text).length < 8) return []
      if (
        /^\s*(?:await|return)\s/.test(old.text) &&
        !/\b(?:await|return)\s/.test(now.text) &&
        /\.(?:resolves|rejects)\b|\brejects\(|\bresolves\(/.test(now.text)
      )
        return [finding("assertion_removed", "block", file, now, "Nobody waits for this check any more: it cannot fail.")]
      const condition = /^\s*if\b|&&\s*(?:expect|assert)/
      const inLine = condition.test(now.text) && !condition.test(old.text)
      const above = added[at - 1]
      const under =
        above !== undefined &&
        /^\s*if\b/.test(above.text) &&
        indentOf(now.text) > indentOf(above.text) &&
        !removed.some((line) => /^\s*if\b/.test(line.text))
      return inLine || under ? [finding("assertion_removed", "block", file, now, "This check now runs only under a condition.")] : []
    }),
  )
}
const indentOf = (text: string): number => /^\s*/.exec(text)?.[0].length ?? 0

export const checksWeakened: ReadonlyArray<CheatRule> = [
  {
    rule: "assertion_removed",
    what: "a check is removed, made true by itself, or replaced by one that says less (`toBe` → `toBeDefined`, `assertEqual` → `assertIn`)",
    find: weakenedAssertions,
  },
  { rule: "assertion_removed", what: "a check is no longer awaited, or runs only under a new condition", find: loosenedChecks },
  { rule: "tolerance_widened", what: "a number may be further off than before", find: widenedTolerance },
  { rule: "timeout_raised", what: "an existing test's time limit is at least doubled, or it gets one", find: raisedTimeouts },
  { rule: "sleep_added", what: "an existing test waits for time to pass", find: addedSleeps },
  {
    rule: "failure_swallowed",
    what: "a failing check is caught (`try`/`except`/`rescue`/`recover`/`|| true`) and forgotten",
    find: swallowedFailures,
  },
]
