import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { runTask } from "./run-task.ts"
import { input } from "./testing/fixtures.ts"
import { World } from "./testing/in-memory-world.ts"

const limited = { tier: "free", limit: 10, again: Date.UTC(2026, 10, 26, 4, 5, 59) }

/** What the webhook showed may have changed until the run begins: everything is asked of GitHub again. */
const refusals: ReadonlyArray<readonly [string, (world: World) => void, { readonly told: boolean }]> = [
  ["repository_archived", (world) => (world.repository = { archived: true }), { told: false }],
  ["repository_empty", (world) => (world.repository = { empty: true }), { told: true }],
  ["is_pull_request", (world) => (world.issue = { isPullRequest: true }), { told: false }],
  ["issue_closed", (world) => (world.issue = { state: "closed" }), { told: false }],
  ["issue_locked", (world) => (world.issue = { locked: true }), { told: false }],
  ["label_missing", (world) => (world.labels = []), { told: false }],
  ["requester_may_not_write", (world) => (world.permission = "read"), { told: true }],
  ["account_blocked", (world) => world.blocked.set(501, "mines coins"), { told: true }],
  ["requester_may_not_write", (world) => world.githubIds.clear(), { told: true }],
  ["account_limited", (world) => (world.runLimit = limited), { told: true }],
  ["base_branch_missing", (world) => (world.config = { base_branch: "next" }), { told: true }],
  [
    "pull_request_open",
    (world) => {
      world.branches.set("loom/issue-7", "sha-of-another-task")
      world.pulls.push({ number: 3, url: "u", draft: true, state: "open", headSha: "s", branch: "loom/issue-7", base: "main" })
    },
    { told: true },
  ],
]

describe("admit", () => {
  it.effect.each(refusals)("refuses once and for one reason: %s", ([code, make, { told }]) =>
    Effect.gen(function* () {
      const world = new World()
      make(world)
      const outcome = yield* runTask(input).pipe(Effect.provide(world.layer))
      assert.deepInclude(outcome, { status: "refused", pullRequest: null, comparison: null })
      assert.strictEqual(outcome.failure?.code, code)
      assert.isNotEmpty(outcome.failure?.remedy)
      assert.deepStrictEqual([world.modelCalls, world.tested, world.openSessions], [[], [], 0])
      assert.strictEqual(world.comments.size, told ? 1 : 0)
      assert.isNull(world.statusLabel)
      assert.deepStrictEqual(world.finished, outcome)
    }),
  )

  it.effect("says what is used up and when it may be asked for again", () =>
    Effect.gen(function* () {
      const world = new World()
      world.runLimit = limited
      const { failure } = yield* runTask(input).pipe(Effect.provide(world.layer))
      assert.strictEqual(failure?.reason, "@ann has used the 10 runs and API writes that the tier `free` has in an hour.")
      assert.match(failure?.remedy ?? "", /^Set `loom:ready` again after 2026-11-26 04:06 UTC/)
      assert.include([...world.comments.values()].join(), "2026-11-26 04:06 UTC")
    }),
  )

  it.effect("takes another branch where one of that name is left over from a closed pull request", () =>
    Effect.gen(function* () {
      const world = new World()
      world.branches.set("loom/issue-7", "old")
      world.pulls.push({ number: 3, url: "u", draft: true, state: "closed", headSha: "old", branch: "loom/issue-7", base: "main" })
      const outcome = yield* runTask(input).pipe(Effect.provide(world.layer))
      assert.deepInclude(outcome.pullRequest, { branch: "loom/issue-7-2" })
      assert.strictEqual(world.branches.get("loom/issue-7"), "old")
    }),
  )
})
