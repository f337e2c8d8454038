import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { concat, FLUSH, packet, packetAt } from "./pkt-line.ts"
import { MAX_HEAD_BYTES, parseHead, refusalOf, refusalReport, type RefUpdate } from "./receive-pack.ts"

const bytes = (text: string) => new TextEncoder().encode(text)
const text = (data: Uint8Array) => new TextDecoder().decode(data)
const [zero, a, b] = ["0".repeat(40), "a".repeat(40), "b".repeat(40)] as const
const CAPABILITIES = "report-status side-band-64k object-format=sha1 agent=git/2.39.5"

/** A receive-pack body as git sends it: command list, flush, pack. */
const body = (updates: ReadonlyArray<RefUpdate>, capabilities = CAPABILITIES, pack = "PACK…") =>
  concat([
    ...updates.map(({ newOid, oldOid, ref }, index) => packet(`${oldOid} ${newOid} ${ref}${index === 0 ? `\0 ${capabilities}` : ""}\n`)),
    FLUSH,
    bytes(pack),
  ])
const branch = "loom/issue-1"
const ref = `refs/heads/${branch}`
const headOf = (data: Uint8Array) => {
  const parsed = parseHead(data)
  return parsed.type === "head" ? parsed.head : assert.fail(JSON.stringify(parsed))
}
const verdict = (...updates: ReadonlyArray<RefUpdate>) => refusalOf(headOf(body(updates)), branch)

describe("the head of a push", () => {
  const oid = fc.string({ minLength: 40, maxLength: 40, unit: fc.constantFrom(..."0123456789abcdef") })
  const update = fc.record({ oldOid: oid, newOid: oid, ref: fc.stringMatching(/^refs\/[a-z/]{1,60}$/) })

  it("is read as it was sent, from however many pieces", () =>
    fc.assert(
      fc.property(fc.array(update, { minLength: 1, maxLength: 20 }), (updates) => {
        const whole = body(updates)
        const head = headOf(whole)
        assert.deepStrictEqual(head.updates, updates)
        assert.isTrue(head.capabilities.has("report-status") && head.capabilities.has("side-band-64k"))
        const end = whole.length - bytes("PACK…").length
        for (let cut = 0; cut < end; cut += 7) assert.strictEqual(parseHead(whole.subarray(0, cut)).type, "partial", `cut at ${cut}`)
      }),
    ))

  it("of any bytes is answered and never thrown at", () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (data) => {
        assert.include(["head", "partial", "refused"], parseHead(data).type)
      }),
    ))

  it.each([
    ["no pkt-line", bytes("GET / HTTP/1.1")],
    ["a length below four", bytes("0003")],
    ["a signed push", packet("push-cert\0 report-status\n")],
    ["an oid that is none", packet(`xyz ${b} ${ref}\n`)],
    ["a ref with a space", packet(`${a} ${b} refs/heads/x y\n`)],
  ])("with %s is refused", (_, data) => assert.strictEqual(parseHead(data).type, "refused"))

  it("is bounded", () => {
    const endless = concat(Array.from({ length: 1000 }, (_, i) => packet(`${a} ${b} refs/heads/x${i}\n`)))
    assert.isAbove(endless.length, MAX_HEAD_BYTES)
    assert.strictEqual(parseHead(endless).type, "refused")
  })

  it("may begin with the boundary of a shallow clone", () => {
    assert.deepStrictEqual(headOf(concat([packet(`shallow ${a}\n`), body([{ oldOid: zero, newOid: b, ref }])])).updates, [
      { oldOid: zero, newOid: b, ref },
    ])
  })
})

describe("what a run may push", () => {
  it("its own branch, new or moved", () => {
    assert.isNull(verdict({ oldOid: zero, newOid: a, ref }))
    assert.isNull(verdict({ oldOid: a, newOid: b, ref }))
  })
  it.each([
    ["another branch", [{ oldOid: a, newOid: b, ref: "refs/heads/main" }]],
    ["a tag of its name", [{ oldOid: zero, newOid: b, ref: `refs/tags/${branch}` }]],
    ["a longer name", [{ oldOid: zero, newOid: b, ref: `${ref}-x` }]],
    ["a pull request's ref", [{ oldOid: zero, newOid: b, ref: "refs/pull/1/head" }]],
    ["a deletion", [{ oldOid: a, newOid: zero, ref }]],
    [
      "its branch and another",
      [
        { oldOid: zero, newOid: b, ref },
        { oldOid: a, newOid: b, ref: "refs/heads/main" },
      ],
    ],
    [
      "its branch twice",
      [
        { oldOid: zero, newOid: a, ref },
        { oldOid: a, newOid: b, ref },
      ],
    ],
  ])("not %s", (_, updates) => assert.include(verdict(...updates), branch))
  it("not with push options", () => {
    assert.isNotNull(refusalOf(headOf(body([{ oldOid: zero, newOid: a, ref }], `${CAPABILITIES} push-options`)), branch))
  })
  it("is never a ref that differs from its branch", () =>
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), (name) => {
        fc.pre(name !== ref)
        assert.isNotNull(refusalOf({ updates: [{ oldOid: a, newOid: b, ref: name }], capabilities: new Set() }, branch))
      }),
    ))
})

describe("the answer to a refused push", () => {
  const updates = [{ oldOid: a, newOid: b, ref: "refs/heads/main" }]
  it("is a report-status inside band 1", () => {
    const report = refusalReport(headOf(body(updates)), "only x may be pushed by this run")
    if (report === null) return assert.fail("no report")
    const outer = packetAt(report, 0)
    if (outer.type !== "data") return assert.fail("no packet")
    assert.strictEqual(outer.text.charCodeAt(0), 1)
    assert.strictEqual(
      outer.text.slice(1),
      `000eunpack ok\n${text(packet("ng refs/heads/main loom: only x may be pushed by this run\n"))}0000`,
    )
    assert.strictEqual(text(report.subarray(outer.end)), "0000")
  })
  it("is plain without side-band, and none where none was asked for", () => {
    assert.match(text(refusalReport(headOf(body(updates, "report-status")), "no") ?? new Uint8Array()), /^000eunpack ok\n/)
    assert.isNull(refusalReport(headOf(body(updates, "agent=x")), "no"))
  })
})
