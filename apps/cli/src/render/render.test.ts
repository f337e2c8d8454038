import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import type { StageRecord } from "@loom/core/domain/Stage"
import { completed, failed, pending } from "../sample-tasks.ts"
import { tryResult } from "../result/try-result.ts"
import { logLines } from "../commands/remote/logs.ts"
import { taskLines } from "../commands/remote/tasks.ts"
import { usageLines } from "../commands/remote/usage.ts"
import { noColors } from "./colors.ts"
import { progressLines, stageLine } from "./progress.ts"
import { ProgressView } from "./ProgressView.ts"
import { diffLines, failureLines, testTable } from "./result.ts"
import { ago, money, table } from "./table.ts"
import { duration, fit, plain, wrap } from "./text.ts"

const stage = (name: StageRecord["name"], outcome: StageRecord["outcome"], summary = ""): StageRecord => ({
  name,
  startedAt: 1_000,
  endedAt: outcome === "running" ? null : 3_500,
  outcome,
  summary,
})
const drawn = (stages: ReadonlyArray<StageRecord>, log: ReadonlyArray<string> = [], columns = 80) =>
  progressLines({ stages, log, status: "task pending" }, 61_000, { columns, frame: 0, colors: noColors })

describe("progress", () => {
  it("shows ended stages with their time, and the log under the one that runs", () =>
    assert.deepStrictEqual(
      drawn([stage("baseline", "ok", "6 passed, 1 failed"), stage("code", "running", "turn 2")], ["edit src/parse.js"]),
      ["✔ baseline        2.5 s 6 passed, 1 failed", "⠋ code       1 min 00 s turn 2", "    edit src/parse.js"],
    ))

  it("says that it waits before the first stage", () => assert.deepStrictEqual(drawn([]), ["⠋ task pending"]))

  it("never draws beyond the terminal, whatever a program printed", () =>
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.integer({ min: 40, max: 120 }), (text, columns) => {
        for (const line of drawn([stage("code", "running", text)], [text], columns)) {
          assert.isAtMost(line.length, columns)
          assert.isFalse([...line].some((sign) => sign < " " || (sign >= "\u007f" && sign <= "\u009f")))
        }
      }),
    ))

  it("is one plain line for each change without a terminal", () => {
    assert.strictEqual(stageLine(stage("plan", "running"), 2_000, 80), "> plan")
    assert.strictEqual(stageLine(stage("plan", "failed", "no model"), 2_000, 80), "FAILED  plan            2.5 s no model")
  })
})

describe("ProgressView", () => {
  const written = (work: (view: ProgressView) => void): ReadonlyArray<string> => {
    const out: Array<string> = []
    const view = new ProgressView({ write: (text) => void out.push(text), isTTY: false, columns: () => 80 }, noColors)
    work(view)
    view.end()
    return out.join("").split("\n").slice(0, -1)
  }

  it("tells each stage once when it began and once when it ended", () =>
    assert.deepStrictEqual(
      written((view) => {
        view.task({ ...pending, stages: [stage("admit", "running")] })
        view.task({ ...pending, stages: [stage("admit", "running")] })
        view.log({ at: 0, stage: "admit", level: "info", message: "one\ntwo" })
        view.log({ at: 0, stage: "admit", level: "debug", message: "hidden" })
        view.task({ ...pending, stages: [stage("admit", "ok")] })
      }),
      ["> admit", "  one", "  two", "ok      admit           2.5 s"],
    ))
})

describe("result", () => {
  it("sets the tests before and after side by side and names what changed", () =>
    assert.deepStrictEqual(testTable(completed, 80, noColors), [
      "tests       before   after",
      "passed           6       8",
      "failed           1       0",
      "skipped          0       0",
      "fixed         a > reads",
      "new           a > adds",
    ]))

  it("shows no figures where nothing was measured", () =>
    assert.deepStrictEqual(testTable(failed, 80, noColors), ["No tests were compared."]))

  it("quotes the evidence of a failure without its colours", () =>
    assert.deepStrictEqual(failureLines(failed, tryResult(failed).reason, 80, noColors), [
      "The task is failed.",
      "npm ci failed. Add a lockfile, then /loom retry.",
      "",
      "  npm error code EUSAGE",
      "   npm error  no lockfile",
    ]))

  it("cuts a long diff and says so", () => {
    const diff = ["diff --git a/x b/x", "@@ -1 +1 @@", "-a", "+b", ...Array.from({ length: 10 }, () => " c")].join("\n")
    assert.deepStrictEqual(diffLines(diff, 80, noColors, 4), ["diff --git a/x b/x", "@@ -1 +1 @@", "-a", "+b", "… 10 more lines"])
  })
})

describe("table", () => {
  it("aligns, and gives way in the last column", () =>
    assert.deepStrictEqual(
      table(
        [{ title: "A" }, { title: "N", align: "right" }, { title: "TITLE" }],
        [
          ["one", "1", "short"],
          ["three", "300", "much longer than there is room for"],
        ],
        { columns: 24, colors: noColors },
      ),
      ["A        N  TITLE", "one      1  short", "three  300  much longer…"],
    ))

  it("lets nobody steer the terminal", () =>
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }))), (rows) => {
        const lines = table([{ title: "A" }, { title: "B" }], rows, { columns: 80, colors: noColors })
        assert.lengthOf(lines, rows.length + 1)
        assert.isFalse([...lines.join("")].some((sign) => sign < " " || (sign >= "\u007f" && sign <= "\u009f")))
      }),
    ))

  it.each([
    [0, "just now"],
    [59_999, "just now"],
    [60_000, "1 min ago"],
    [3_600_000, "1 h ago"],
    [47 * 3_600_000, "47 h ago"],
    [48 * 3_600_000, "2 d ago"],
    [-5, "just now"],
  ])("%d ms are %s", (ms, text) => assert.strictEqual(ago(1_000_000_000 - ms, 1_000_000_000), text))

  it("has a price where there is one", () =>
    assert.deepStrictEqual([null, 0, 0.01234, 12.345].map(money), ["price unknown", "$0.0000", "$0.0123", "$12.35"]))

  it("lists tasks, and says what to do when there is none", () => {
    const options = { columns: 80, colors: noColors, now: pending.updatedAt + 120_000 }
    const [head, row] = taskLines([pending], options)
    assert.match(head ?? "", /^TASK +STATE +ISSUE +UPDATED +TITLE$/)
    assert.match(row ?? "", /pending +\S+#\d+ +2 min ago/)
    assert.match(taskLines([], options)[0] ?? "", /loom submit/)
    const [, held] = taskLines([{ ...pending, status: "waiting", waiting: "awaiting_approval" }], options)
    assert.match(held ?? "", / awaiting approval +\S+#\d+ /)
  })

  it("sums up usage", () => {
    const usage = { requests: 1_234, inputTokens: 5, outputTokens: 6, cachedInputTokens: 0, costUsd: 1.5 }
    const report = { from: "2026-11-01", to: "2026-11-02", total: usage, days: [{ day: "2026-11-02", provider: "p", model: "m", usage }] }
    assert.deepStrictEqual(usageLines(report, 80, noColors), [
      "DAY         MODEL  REQUESTS  INPUT  OUTPUT   COST",
      "2026-11-02  p/m       1,234      5       6  $1.50",
      "total                 1,234      5       6  $1.50",
    ])
    assert.deepStrictEqual(usageLines({ ...report, days: [] }, 80, noColors), [
      "Nothing was asked of a model from 2026-11-01 to 2026-11-02.",
    ])
  })

  it("prints a log line for each line of a message, without its controls", () =>
    assert.deepStrictEqual(logLines({ seq: 1, at: 3_600_000, stage: "code", level: "warn", message: "a\u001b[2J\nb\n" }, noColors), [
      "01:00:00 code      a",
      "01:00:00 code      b",
    ]))
})

describe("text", () => {
  it.each([
    [12, "12 ms"],
    [999.4, "999 ms"],
    [4_200, "4.2 s"],
    [59_949, "59.9 s"],
    [59_960, "1 min 00 s"],
    [125_000, "2 min 05 s"],
  ])("%d ms is %s", (ms, text) => assert.strictEqual(duration(ms), text))

  it("fits", () => {
    assert.strictEqual(fit("abcdef", 4), "abc…")
    assert.strictEqual(fit("abcd", 4), "abcd")
  })

  it("wraps without losing a word", () =>
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 100 }), (text, columns) => {
        const lines = wrap(text, columns)
        assert.deepStrictEqual(
          lines.join(" ").split(" "),
          text
            .split(/\s+/)
            .filter((word) => word !== "")
            .join(" ")
            .split(" "),
        )
        for (const line of lines) assert.isTrue(line.length <= columns || !line.includes(" "))
      }),
    ))

  it("leaves no control sequence", () => assert.strictEqual(plain("a\u001b[2Jb\u0007c\r\n"), "a b c"))
})
