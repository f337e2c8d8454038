import { assert, describe, it } from "vitest"
import { AddressBook } from "./AddressBook.ts"

const book = (answers: Array<string | Error>) => {
  const asked: Array<string> = []
  const clock = { now: 0 }
  const lookup = async (host: string) => {
    asked.push(host)
    const answer = answers.shift() ?? "10.0.0.9"
    if (answer instanceof Error) throw answer
    return { address: answer }
  }
  return { asked, clock, addresses: new AddressBook(lookup, () => clock.now) }
}

describe("AddressBook", () => {
  it("asks once for many tunnels at the same time, and for those that follow", async () => {
    const { addresses, asked } = book(["10.0.0.1"])
    const found = await Promise.all(Array.from({ length: 50 }, () => addresses.addressOf("a.example")))
    assert.deepStrictEqual([...new Set(found)], ["10.0.0.1"])
    assert.strictEqual(await addresses.addressOf("a.example"), "10.0.0.1")
    assert.lengthOf(asked, 1)
  })
  it("asks again after half a minute, so that a name that moves is followed", async () => {
    const { addresses, clock } = book(["10.0.0.1", "10.0.0.2"])
    await addresses.addressOf("a.example")
    clock.now = 30_001
    assert.strictEqual(await addresses.addressOf("a.example"), "10.0.0.2")
  })
  it("does not keep a failure", async () => {
    const { addresses } = book([new Error("no such name"), "10.0.0.1"])
    assert.isNull(await addresses.addressOf("a.example"))
    assert.strictEqual(await addresses.addressOf("a.example"), "10.0.0.1")
  })
})
