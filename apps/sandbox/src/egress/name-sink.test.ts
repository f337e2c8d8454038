import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { questionOf, refusalOf } from "./name-sink.ts"

const query = (name: string, flags = 0x0100): Buffer =>
  Buffer.concat([
    Buffer.from([0xab, 0xcd, flags >> 8, flags & 255, 0, 1, 0, 0, 0, 0, 0, 0]),
    ...name.split(".").map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)])),
    Buffer.from([0, 0, 1, 0, 1]),
  ])

describe("queries for names", () => {
  it("are read and refused", () => {
    expect(questionOf(query("Registry.Example"))).toBe("registry.example")
    const answer = refusalOf(query("a.b"))
    // The same id, QR and RD, no answer, and REFUSED.
    expect(answer.subarray(0, 8)).toEqual(Buffer.from([0xab, 0xcd, 0x81, 5, 0, 1, 0, 0]))
  })
  it("that are answers, cut off or compressed ask for nothing", () => {
    expect(questionOf(query("a.b", 0x8180))).toBeNull()
    expect(questionOf(query("a.b").subarray(0, 14))).toBeNull()
    expect(questionOf(Buffer.concat([query("a").subarray(0, 12), Buffer.from([0xc0, 12, 0, 1, 0, 1, 0])]))).toBeNull()
  })
  it("never throw, whatever arrives", () =>
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 12, maxLength: 80 }),
        (bytes) => void [questionOf(Buffer.from(bytes)), refusalOf(Buffer.from(bytes))],
      ),
    ))
})
