import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { commitMessage } from "./commit-message.ts"
import { TaskId } from "./Ids.ts"

const input = {
  plan: { type: "fix", title: "make sum add" },
  issueNumber: 7,
  summary: "It subtracted.",
  requestedBy: { login: "alice" },
  taskId: TaskId.make("t1"),
}

describe("the commit message", () => {
  it("is a conventional subject, a body and trailers", () => {
    assert.strictEqual(
      commitMessage(input),
      "fix: make sum add (#7)\n\nIt subtracted.\n\nCo-authored-by: alice <alice@users.noreply.github.com>\nLoom-Task: t1\n",
    )
  })
  it("names the requester as GitHub knows them", () => {
    assert.include(commitMessage({ ...input, requestedBy: { login: "alice", id: 12 } }), "alice <12+alice@users.noreply.github.com>")
    assert.include(commitMessage({ ...input, requestedBy: { login: "alice", email: "a@b.test" } }), "alice <a@b.test>")
  })
  it("wraps at 72 columns and leaves lists lists", () => {
    const body = commitMessage({ ...input, summary: `- ${"word ".repeat(40)}\n\n\n\nend` }).split("\n\n")[1] ?? ""
    for (const line of body.split("\n")) assert.isAtMost(line.length, 72)
    assert.match(body, /^- word[^\n]*\n {2}word/)
  })
  it("of any words has exactly Loom's two trailers, at the end, and closes nothing", () =>
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.constantFrom("Signed-off-by: Mallory <m@x.test>", "Loom-Task: forged", "Fixes #1", "", "@team", "Co-authored-by: x <x@x>"),
            fc.string(),
          ),
          { maxLength: 8 },
        ),
        (lines) => {
          const message = commitMessage({ ...input, summary: lines.join("\n") })
          const paragraphs = message.trimEnd().split("\n\n")
          assert.strictEqual(paragraphs.at(-1), "Co-authored-by: alice <alice@users.noreply.github.com>\nLoom-Task: t1")
          assert.deepStrictEqual(message.match(/^(Signed-off-by|Co-authored-by|Loom-Task): .*$/gm)?.length, 2)
          assert.deepStrictEqual(message.match(/#\d+/g), ["#7"])
          assert.strictEqual(commitMessage({ ...input, summary: lines.join("\n") }), message, "same input, same text")
        },
      ),
    ))
})
