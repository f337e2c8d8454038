import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { parseRecordedChange, type RecordedChange } from "./RecordedChange.ts"

const read = (text: string) => parseRecordedChange("fix.json", text)

describe("parseRecordedChange", () => {
  it.effect("reads every kind of edit", () =>
    Effect.gen(function* () {
      const change: RecordedChange = {
        edits: [
          { path: "src/sum.js", op: "replace", old: "a - b", new: "a + b" },
          { path: "docs/new.md", op: "create", content: "hello" },
          { path: "old.txt", op: "delete" },
        ],
        commands: ["npm run build"],
      }
      assert.deepStrictEqual(yield* read(JSON.stringify(change)), change)
    }),
  )

  it.effect("names the file, the place and the remedy", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(read('{"edits":[{"path":"a","op":"replace","old":"","new":"x"}]}'))
      assert.include(error.message, "fix.json is not a recorded change")
      assert.include(error.message, '["edits"][0]["old"]')
      assert.include(error.message, "Write it as")
      assert.include((yield* Effect.flip(read("not json"))).message, "Write it as")
    }),
  )
})
