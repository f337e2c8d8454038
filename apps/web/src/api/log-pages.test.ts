import { describe, expect, it } from "@effect/vitest"
import type { TaskLogView } from "@loom/core/domain/TaskView"
import { Schema } from "effect"
import { appendPage, atLeast, emptyLog, isSettled, readOn, type TaskLog, toNdjson } from "./log-pages.ts"

const line = (seq: number, level: TaskLogView["level"] = "info"): TaskLogView => ({
  seq,
  at: seq,
  stage: null,
  level,
  message: `line ${seq}`,
})
const lines = (...seqs: ReadonlyArray<number>) => seqs.map((seq) => line(seq))
const seqs = (log: { readonly lines: ReadonlyArray<TaskLogView> }) => log.lines.map((one) => one.seq)

/** A server that holds `all` and gives `size` lines a page. */
const server = (all: ReadonlyArray<TaskLogView>, size: number) => (after: number) => {
  const rest = all.filter((one) => one.seq > after)
  return Promise.resolve({ items: rest.slice(0, size), next: rest.length > size ? "more" : null })
}

describe("appendPage", () => {
  it("drops what is known, orders what is new, and keeps each line once", () => {
    const log = appendPage(appendPage(emptyLog, lines(1, 2, 3)), lines(5, 3, 4, 5, 2))
    expect(seqs(log)).toEqual([1, 2, 3, 4, 5])
    expect(log.lastSeq).toBe(5)
  })

  it("leaves the log untouched by a page without news, so that nothing is drawn again", () => {
    const log = appendPage(emptyLog, lines(1, 2))
    expect(appendPage(log, lines(2, 1))).toBe(log)
  })

  const few = Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 60 })))
  it.prop("neither loses nor doubles a line of overlapping pages", [few, few], ([early, late]) => {
    const first = appendPage(emptyLog, lines(...early))
    const both = seqs(appendPage(first, lines(...early, ...late)))
    const all = [...new Set([...early, ...late.filter((seq) => seq > first.lastSeq)])].toSorted((a, b) => a - b)
    return both.join() === all.join()
  })
})

/** `readOn` of a log that nobody else adds to, as the cache holds it. */
const readAll = (start: TaskLog, ended: boolean, fetchAfter: Parameters<typeof readOn>[2], onPage: (log: TaskLog) => void = () => {}) => {
  let held = start
  return readOn(
    () => held,
    ended,
    fetchAfter,
    (log) => {
      held = log
      onPage(log)
    },
  )
}

describe("readOn", () => {
  it("reads page after page to the end and shows them on the way", async () => {
    const all = lines(...Array.from({ length: 25 }, (_, i) => i + 1))
    const shown: Array<number> = []
    const log = await readAll(appendPage(emptyLog, lines(1, 2)), false, server(all, 10), (part) => shown.push(part.lines.length))
    expect(log.lines).toEqual(all)
    expect(shown).toEqual([12, 22])
  })

  it("takes what the live feed brought meanwhile for known", async () => {
    let held = emptyLog
    const log = await readOn(
      () => held,
      false,
      (after) => {
        held = appendPage(held, lines(1, 2, 3))
        return server(lines(1, 2, 3, 4), 10)(after)
      },
      () => {},
    )
    expect(seqs(log)).toEqual([1, 2, 3, 4])
  })

  it("stops at a page that promises more but brings nothing", async () => {
    let asked = 0
    await readAll(emptyLog, false, () => {
      asked += 1
      return Promise.resolve({ items: [], next: "more" })
    })
    expect(asked).toBe(1)
  })

  it("is settled by two quiet ends in a row after the task has ended, not before", async () => {
    const early = server(lines(1, 2), 10)
    let log = await readAll(emptyLog, false, early)
    log = await readAll(log, false, early)
    log = await readAll(log, true, early)
    expect(isSettled(log)).toBe(false)
    log = await readAll(log, true, server(lines(1, 2, 3), 10))
    expect([log.quietEnds, log.lastSeq]).toEqual([0, 3])
    log = await readAll(log, true, server(lines(1, 2, 3), 10))
    log = await readAll(log, true, server(lines(1, 2, 3), 10))
    expect(isSettled(log)).toBe(true)
    log = await readAll(log, false, server(lines(1, 2, 3), 10))
    expect(isSettled(log)).toBe(false)
  })
})

it("writes NDJSON that reads back line by line", () => {
  const all = [line(1), { ...line(2), message: 'two\nlines \u2028 and "quotes"' }]
  expect(
    toNdjson(all)
      .split("\n")
      .filter((text) => text !== "")
      .map((text): unknown => JSON.parse(text)),
  ).toEqual(all)
  expect(toNdjson([])).toBe("")
})

it("filters by level or worse", () => {
  const all = [line(1, "debug"), line(2, "info"), line(3, "warn"), line(4, "error")]
  expect(atLeast(all, "debug")).toBe(all)
  expect(atLeast(all, "warn").map((one) => one.seq)).toEqual([3, 4])
})
