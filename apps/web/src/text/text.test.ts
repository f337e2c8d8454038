import { describe, expect, it } from "vitest"
import { stages } from "@loom/core/domain/Stage"
import { formatAgo, formatClock, formatDuration, formatIso, formatRunning } from "./duration.ts"
import { formatCost, formatCount, plural, successRate } from "./figures.ts"
import { safeUrl, visibleText } from "./untrusted.ts"
import { stageOrder } from "./wording.ts"

it.each([
  [-5, "0 s"],
  [Number.NaN, "0 s"],
  [20, "0 s"],
  [420, "0.4 s"],
  [9_949, "9.9 s"],
  [9_950, "10 s"],
  [59_499, "59 s"],
  [59_500, "1 min 00 s"],
  [185_000, "3 min 05 s"],
  [3_599_600, "1 h 00 min"],
  [3_720_000, "1 h 02 min"],
  [2 * 86_400_000 + 3 * 3_600_000, "2 d 3 h"],
])("formatDuration(%d) is %s", (ms, text) => {
  expect(formatDuration(ms)).toBe(text)
})

it("counts what runs in whole seconds that never go back", () => {
  expect([-1, Number.NaN, 0, 999, 1_000, 9_999, 59_999, 60_000].map(formatRunning)).toEqual([
    "0 s",
    "0 s",
    "0 s",
    "0 s",
    "1 s",
    "9 s",
    "59 s",
    "1 min 00 s",
  ])
})

it("says how long ago", () => {
  const now = 10 * 86_400_000
  expect([-50, 3, 45, 240, 3 * 3600, 86_400, 3 * 86_400].map((seconds) => formatAgo(now - seconds * 1000, now))).toEqual([
    "just now",
    "just now",
    "40 s ago",
    "4 min ago",
    "3 h ago",
    "1 day ago",
    "3 days ago",
  ])
})

it("survives times that no calendar holds", () => {
  expect([formatClock(1e20), formatIso(Number.NaN)]).toEqual(["--:--:--", ""])
})

it("never says that an unknown price is free", () => {
  expect([null, 0, 0.004, 0.2134, 12].map(formatCost)).toEqual(["price unknown", "$0.00", "< $0.01", "$0.21", "$12.00"])
})

it("shortens figures", () => {
  expect([950, 12_345, 999_949, 999_950].map(formatCount)).toEqual(["950", "12.3k", "999.9k", "1.0M"])
  expect([plural(1, "line"), plural(0, "line"), successRate(0, 0), successRate(2, 1)]).toEqual(["1 line", "0 lines", null, "67 %"])
})

describe("text of others", () => {
  it("loses terminal colours and shows what hides", () => {
    expect(visibleText("\u001B[31mred\u001B[0m\r\nnext\ttab")).toBe("red\nnext\ttab")
    expect(visibleText("\u001B]8;;https://a.example\u0007link\u001B]8;;\u0007")).toBe("link")
    expect(visibleText("a\u202Egnp.exe\u200B\u0000")).toBe("a⟨U+202E⟩gnp.exe⟨U+200B⟩⟨U+0000⟩")
    expect(visibleText("👩‍💻 می‌خواهم")).toBe("👩‍💻 می‌خواهم")
  })

  it("links only to http and https, without credentials", () => {
    expect(safeUrl("https://github.example/a/b/pull/1")).toBe("https://github.example/a/b/pull/1")
    expect(safeUrl("http://127.0.0.1:8080/a")).toBe("http://127.0.0.1:8080/a")
    const bad = [
      "javascript:alert(1)",
      " JaVaScRiPt:alert(1)",
      "data:text/html,x",
      "//evil.example",
      "/path",
      "https://user@evil.example",
      "https://a:b@evil.example",
      "ftp://a",
      "",
      "blob:https://a/b",
    ]
    expect(bad.filter((url) => safeUrl(url) !== null)).toEqual([])
  })
})

it("knows the stages in the order of the domain", () => {
  expect(stageOrder).toEqual(stages)
})
