import { assert, it } from "@effect/vitest"
import { planLines, waitingRemedy, waitingText } from "./waiting.ts"

it.each([
  ["needs_input", /^The task waits for an answer on the issue: Why\.$/, "Answer on the issue, then loom resume t_1"],
  [
    "awaiting_approval",
    /^The task waits for its plan to be approved: Why/,
    'loom approve t_1 [--note "…"]; loom retry t_1 for another plan; loom cancel t_1 to reject it',
  ],
  ["budget", /for more budget: Why/, "Raise the budget, then loom resume t_1"],
  ["paused", /because somebody paused it: Why/, "loom resume t_1"],
  ["blocked", /in its way to be mended: Why/, "Mend it, then loom resume t_1"],
] as const)("a task that waits (%s) says for what, and the command that goes on", (waiting, text, remedy) => {
  assert.match(waitingText({ waiting, reason: "Why." }), text)
  assert.strictEqual(waitingRemedy({ id: "t_1", waiting }), remedy)
})

it("prints a plan within the terminal, and nothing in it steers it", () =>
  assert.deepStrictEqual(
    planLines({ type: "fix", title: "escape\u001b[31m it", summary: "It is not escaped.", steps: ["Escape it everywhere", "Test it"] }, 20),
    ["Plan: escape it", "It is not escaped.", "1.  Escape it", "    everywhere", "2.  Test it"],
  ))
