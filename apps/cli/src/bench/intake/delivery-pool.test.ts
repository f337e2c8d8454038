import { assert, describe, it } from "@effect/vitest"
import { Webhooks } from "@octokit/webhooks"
import { Result } from "effect"
import { interpretDelivery } from "@loom/core/domain/interpret-delivery"
import { bodyOf, guidOf, headersOf, issueNumberOf, makeDeliveryPool } from "./delivery-pool.ts"

const pool = makeDeliveryPool(3, "a secret")
const indexes = [0, 1, 2]

describe("the pool of deliveries", () => {
  it("is signed as GitHub's own library verifies it, each body by its own signature", async () => {
    const webhooks = new Webhooks({ secret: "a secret" })
    const verify = (body: number, signature: number) =>
      webhooks.verify(bodyOf(pool, body), headersOf(pool, signature)["x-hub-signature-256"] ?? "")
    assert.deepStrictEqual(await Promise.all(indexes.map((index) => verify(index, index))), [true, true, true])
    assert.isFalse(await verify(0, 1))
  })

  it("is what Loom makes a task of: one issue per delivery", () => {
    const wishes = indexes.map((index) =>
      Result.getOrThrow(interpretDelivery({ event: "issues", id: guidOf(index), payload: JSON.parse(bodyOf(pool, index)) }, "loom:ready")),
    )
    const issues = wishes.map((wish) => (wish._tag === "Requested" ? wish.request.issueNumber : wish._tag))
    assert.deepStrictEqual(issues, indexes.map(issueNumberOf))
  })

  it("is as large as GitHub's example, and GUIDs are 36 characters, each once", () => {
    assert.deepStrictEqual(
      indexes.map((index) => Buffer.byteLength(bodyOf(pool, index)) > 11_000),
      [true, true, true],
    )
    assert.strictEqual(new Set(indexes.map(guidOf)).size, 3)
    assert.strictEqual(guidOf(0).length, 36)
  })
})
