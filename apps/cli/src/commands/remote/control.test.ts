import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { text } from "node:stream/consumers"
import { afterAll, assert, beforeAll, beforeEach, describe, it } from "vitest"
import { ApiFailed } from "../../api-client.ts"
import { colorsFor } from "../../render/colors.ts"
import { parseArguments } from "../../parse-arguments.ts"
import type { CommandContext } from "../start.ts"
import { runRemote } from "./run-remote.ts"

interface Asked {
  readonly what: string
  readonly body: unknown
  readonly key: string
}

describe("what is asked of a task", () => {
  let asked: Array<Asked> = []
  let answer: { readonly status: number; readonly body: object }
  let printed = ""
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      asked.push({
        what: `${request.method} ${request.url}`,
        body: body === "" ? null : (JSON.parse(body) as unknown),
        key: String(request.headers["idempotency-key"]),
      })
      response.writeHead(answer.status, { "content-type": answer.status < 400 ? "application/json" : "application/problem+json" })
      response.end(JSON.stringify(answer.body))
    })
  })
  beforeAll(() => new Promise<void>((done) => server.listen(0, "127.0.0.1", done)))
  afterAll(() => new Promise((done) => server.close(done)))
  beforeEach(() => {
    asked = []
    printed = ""
    answer = { status: 202, body: { taskId: "t_1", status: "running", effect: "changed" } }
  })

  const loom = (...words: ReadonlyArray<string>): Promise<number> => {
    const context: CommandContext = {
      root: "/nowhere",
      env: { LOOM_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, LOOM_API_TOKEN: "t", HOME: "/nowhere" },
      screen: { write: (more) => void (printed += more), isTTY: false, columns: () => 80 },
      colors: colorsFor(process.stdout, { NO_COLOR: "1" }),
      signal: new AbortController().signal,
    }
    const order = parseArguments(words)
    assert(order.name !== "help" && "url" in order)
    return runRemote(order, context)
  }

  it.each([
    [["cancel"], "cancel", null, /is being cancelled: running/],
    [["pause"], "pause", null, /is being paused: running/],
    [["resume"], "resume", null, /goes on: running/],
    [["approve"], "approve", {}, /is approved: running/],
    [["approve", "--note", "Mind the gap."], "approve", { note: "Mind the gap." }, /is approved: running/],
    [["retry"], "retry", {}, /goes on: running/],
    [["retry", "--from", "verify"], "retry", { from: "verify" }, /goes on: running/],
  ] as const)("loom %s", async ([name, ...flags], path, body, words) => {
    assert.strictEqual(await loom(name, "t_1", ...flags), 0)
    assert.match(printed, words)
    assert.match(printed, /Watch it: loom logs -f t_1\n$/)
    assert.strictEqual(await loom(name, "t_1", ...flags), 0)
    assert.deepStrictEqual(
      asked.map(({ body: sent, what }) => ({ what, body: sent })),
      Array.from({ length: 2 }, () => ({ what: `POST /api/v1/tasks/t_1/${path}`, body })),
    )
    assert.match(asked[0]?.key ?? "", /^[0-9a-f-]{36}$/)
    assert.notStrictEqual(asked[0]?.key, asked[1]?.key)
  })

  it("prints the answer as it came, for a program", async () => {
    assert.strictEqual(await loom("pause", "t_1", "--json"), 0)
    assert.deepStrictEqual(JSON.parse(printed), answer.body)
  })

  it("asks for the plan first with --approval, and not without", async () => {
    answer = { status: 202, body: { taskId: "t_1", status: "pending", effect: "created" } }
    await loom("submit", "acme/parser#7", "--approval")
    await loom("submit", "acme/parser#7")
    assert.deepStrictEqual(
      asked.map(({ body }) => body),
      [
        { repository: "acme/parser", issueNumber: 7, approval: true },
        { repository: "acme/parser", issueNumber: 7 },
      ],
    )
  })

  it("says what a person at a command line does about a refusal", async () => {
    answer = {
      status: 409,
      body: { title: "Not waiting", status: 409, code: "not_waiting", detail: "The task is running.", remedy: "GET …" },
    }
    const error = await loom("resume", "t_1").catch((refused: unknown) => refused)
    assert.instanceOf(error, ApiFailed)
    assert.match(error.message, /The task is running\. `loom show`/)
    assert.strictEqual(printed, "")
  })
})
