import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as fc from "fast-check"
import { decodeCursor, encodeCursor } from "./cursor.ts"

const place = fc.record({ createdAt: fc.nat(), id: fc.stringMatching(/^t_\d{1,9}_\d{1,6}_\d{1,3}$/) })

describe("cursor", () => {
  it("comes back as the place it was made from, and is safe in a URL", () =>
    fc.assert(
      fc.asyncProperty(place, async (given) => {
        const cursor = encodeCursor(given)
        assert.match(cursor, /^[\w-]+$/)
        assert.deepStrictEqual(await Effect.runPromise(decodeCursor(cursor)), given)
      }),
    ))

  it("of anybody else's making is refused, never thrown", () =>
    fc.assert(
      fc.asyncProperty(fc.string(), async (text) => {
        assert.strictEqual((await Effect.runPromise(Effect.flip(decodeCursor(text))))._tag, "BadCursor")
      }),
    ))
})
