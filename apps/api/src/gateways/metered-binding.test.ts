import { assert, beforeEach, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { CatalogueUnavailable } from "@loom/core/ports/TaskCatalogue"
import { addUsage, noUsage, type LedgerEntry } from "@loom/core/domain/Usage"
import { meteredBinding, type MeteredBindingDeps } from "./metered-binding.ts"

/* The answers are Workers AI's own shapes (developers.cloudflare.com/workers-ai, text generation). */

let rows: Array<LedgerEntry>
let asked: Array<string>
let late: Array<Promise<unknown>>
beforeEach(() => {
  ;[rows, asked, late] = [[], [], []]
})

const bound = (answer: unknown, changes: Partial<MeteredBindingDeps> = {}) =>
  meteredBinding(
    {
      run: async (model) => {
        asked.push(model)
        return answer
      },
    },
    {
      runId: "run-1",
      budget: { maxUsd: 1, maxTokens: 1_000, maxTurns: 10 },
      ledger: {
        record: (entry) => Effect.sync(() => void rows.push(entry)),
        spent: () => Effect.sync(() => rows.map((row) => row.usage).reduce(addUsage, noUsage)),
      },
      priceOf: (provider, _, usage) => (provider === "workers-ai" ? usage.inputTokens / 1_000 : null),
      waitUntil: (work) => void late.push(work),
      nowMs: () => 7,
      ...changes,
    },
  )
const figures = () =>
  rows.map(({ at, model, provider, runId, usage: { costUsd, inputTokens, outputTokens, requests } }) => [
    runId,
    at,
    provider,
    model,
    requests,
    inputTokens,
    outputTokens,
    costUsd,
  ])
const usage = { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 }
const streamed = (...data: ReadonlyArray<string>) => new Blob(data.map((one) => `data: ${one}\n\n`)).stream()

describe("a Workers AI binding behind the book", () => {
  it("writes down what an answer cost, and hands it on as it is", async () => {
    const answer = { response: "hello", usage }
    assert.strictEqual(await bound(answer).run("@cf/meta/llama", { prompt: "hi" }), answer)
    assert.deepStrictEqual(figures(), [["run-1", 7, "workers-ai", "@cf/meta/llama", 1, 100, 20, 0.1]])
  })

  it("writes down a stream before it ends, and counts its bytes where it says no figures", async () => {
    const told = await bound(streamed('{"response":"a"}', JSON.stringify({ response: "", usage }), "[DONE]")).run("m", {})
    assert.match(await new Response(told as ReadableStream).text(), /"a".*\[DONE\]/s)
    const silent = await bound(streamed('{"response":"abcd"}')).run("m", { prompt: "x".repeat(389) })
    await new Response(silent as ReadableStream).text()
    assert.deepStrictEqual(
      figures().map((row) => row.slice(4)),
      [
        [1, 100, 20, 0.1],
        [1, 101, 7, 0.101],
      ],
    )
  })

  it("reads a stream on that nobody reads any more: the account pays for it", async () => {
    const stream = (await bound(streamed('{"response":"a"}', JSON.stringify({ usage }))).run("m", {})) as ReadableStream
    await stream.cancel()
    await Promise.all(late)
    assert.deepStrictEqual(
      figures().map((row) => row.slice(5, 7)),
      [[100, 20]],
    )
  })

  it("asks nothing once the budget is spent, nor while the ledger is silent, and says so as the gateway does", async () => {
    const binding = bound({ usage: { prompt_tokens: 990, completion_tokens: 10 } })
    await binding.run("m", {})
    const problemOf = (work: Promise<unknown>) =>
      work.then(
        () => null,
        (error: Error) => error.message,
      )
    assert.strictEqual(await problemOf(binding.run("m", {})), "loom: run budget exhausted")
    const silent = new CatalogueUnavailable({ operation: "spent", detail: "D1 is down" })
    const blind = bound({}, { ledger: { record: () => Effect.void, spent: () => Effect.fail(silent) } })
    assert.match((await problemOf(blind.run("m", {}))) ?? "", /^loom: the ledger does not answer/)
    assert.deepStrictEqual(asked, ["m"])
  })
})
