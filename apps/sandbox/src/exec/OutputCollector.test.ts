import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { Unnumbered } from "./ExecLog.ts"
import { OutputCollector } from "./OutputCollector.ts"

const run = (chunks: ReadonlyArray<readonly [1 | 2, Uint8Array]>, maxBytes: number, onLimit: "kill" | "truncate") => {
  const events: Array<Unnumbered> = []
  let exceeded = 0
  const collector = new OutputCollector({ maxBytes, onLimit, emit: (event) => events.push(event), onExceeded: () => exceeded++ })
  for (const [fd, chunk] of chunks) collector.push(fd, Buffer.from(chunk))
  collector.finish()
  const text = (fd: 1 | 2) => events.map((event) => (event.t === "out" && event.fd === fd ? event.data : "")).join("")
  const dropped = events.map((event) => (event.t === "gap" ? event.droppedBytes : 0)).reduce((a, b) => a + b, 0)
  return { collector, events, exceeded, text, dropped }
}

const chunks = fc.array(fc.tuple(fc.constantFrom(1 as const, 2 as const), fc.uint8Array({ maxLength: 40 })), { maxLength: 40 })
const joined = (all: ReadonlyArray<readonly [1 | 2, Uint8Array]>, fd: 1 | 2) =>
  Buffer.concat(all.filter(([of]) => of === fd).map(([, chunk]) => chunk))

describe("OutputCollector", () => {
  it("gives back exactly what was printed, however it was cut into chunks", () => {
    fc.assert(
      fc.property(chunks, (all) => {
        const { text, collector } = run(all, 1_000_000, "kill")
        expect(text(1)).toBe(joined(all, 1).toString("utf8"))
        expect(text(2)).toBe(joined(all, 2).toString("utf8"))
        expect(collector.truncated).toBe(false)
      }),
    )
  })

  it("keeps every byte of ASCII or counts it as dropped", () => {
    const ascii = fc.array(
      fc.tuple(
        fc.constantFrom(1 as const, 2 as const),
        fc.uint8Array({ maxLength: 40 }).map((bytes) => bytes.map((byte) => 97 + (byte % 26))),
      ),
    )
    fc.assert(
      fc.property(ascii, fc.integer({ min: 1, max: 300 }), (all, maxBytes) => {
        const { text, dropped, collector } = run(all, maxBytes, "truncate")
        const kept = text(1).length + text(2).length
        expect(kept + dropped).toBe(collector.bytes)
        expect(kept).toBeLessThanOrEqual(maxBytes)
        expect(collector.truncated).toBe(dropped > 0)
      }),
    )
  })

  it("asks to kill once", () => {
    const { exceeded, text } = run(
      [
        [1, Buffer.from("abcdef")],
        [2, Buffer.from("x")],
      ],
      4,
      "kill",
    )
    expect([exceeded, text(1), text(2)]).toEqual([1, "abcd", ""])
  })

  it("never shows half a character at the gap", () => {
    const { text } = run([[1, Buffer.from("é".repeat(100))]], 9, "truncate")
    expect(text(1)).toMatch(/^é+$/)
  })
})
