import { assert, describe, it } from "@effect/vitest"
import { noUsage } from "@loom/core/domain/Usage"
import type { TaskDetail, TaskLogView } from "@loom/core/domain/TaskView"
import { ApiFailed } from "../api-client.ts"
import { followTask, type TaskNews } from "./follow-task.ts"

const detail = (status: TaskDetail["status"], stage: string | null = null): TaskDetail => ({
  id: "t1",
  repository: "acme/lib",
  issueNumber: 1,
  issueUrl: "",
  title: "",
  status,
  reason: null,
  stage,
  requestedBy: "ada",
  attempt: 1,
  verdict: null,
  pullRequest: null,
  usage: noUsage,
  createdAt: 0,
  updatedAt: 0,
  runId: null,
  stages: [],
  outcome: null,
})
const line = (seq: number): TaskLogView => ({ seq, at: seq, stage: null, level: "info", message: `line ${seq}` })

/** An API that gives one prepared answer per look. */
const scripted = (answers: ReadonlyArray<TaskDetail | Error>, logs: ReadonlyArray<ReadonlyArray<TaskLogView>> = []) => {
  let look = -1
  return {
    task: async () => {
      look += 1
      const answer = answers[look] ?? new Error("looked too often")
      if (answer instanceof Error) throw answer
      return answer
    },
    logs: async (_id: string, after: number) => ({
      items: logs
        .slice(0, look + 1)
        .flat()
        .filter(({ seq }) => seq > after)
        .slice(0, 2),
      next: null,
    }),
  }
}

const follow = async (api: ReturnType<typeof scripted>) => {
  const news: Array<TaskNews> = []
  const end = await followTask(api, "t1", (one) => news.push(one), { intervalMs: 0, patienceMs: 60_000 })
  return { end, news: news.map((one) => (one.type === "log" ? one.line.seq : `${one.detail.status} ${one.detail.stage ?? ""}`.trim())) }
}

const away = new ApiFailed({ url: "u", status: null, detail: "refused" })

describe("followTask", () => {
  it("tells each change and each line once, and the whole log before the end", async () => {
    const answers = [detail("pending"), detail("running", "code"), detail("running", "code"), detail("completed")]
    const { end, news } = await follow(scripted(answers, [[], [line(1), line(2), line(3)], [], [line(4)]]))
    assert.strictEqual(end.status, "completed")
    assert.deepStrictEqual(news, ["pending", 1, 2, 3, "running code", 4, "completed"])
  })

  it("tells no line twice that an answer repeats", async () => {
    const api = scripted([detail("running"), detail("completed")])
    const { news } = await follow({ ...api, logs: async () => ({ items: [line(1), line(2)], next: null }) })
    assert.deepStrictEqual(news, [1, 2, "running", "completed"])
  })

  it("bears with a Worker that is away", async () => {
    const { news } = await follow(
      scripted([detail("running"), away, new ApiFailed({ url: "u", status: 503, detail: "" }), detail("failed")]),
    )
    assert.deepStrictEqual(news, ["running", "failed"])
  })

  it("takes a task that waits for a person as ended", async () =>
    assert.strictEqual((await follow(scripted([detail("waiting")]))).end.status, "waiting"))

  it("does not ask again for a task that is not there", async () => {
    const missing = new ApiFailed({ url: "u", status: 404, detail: "no such task" })
    const error = await follow(scripted([missing])).catch((cause: unknown) => cause)
    assert.strictEqual(error, missing)
  })

  it("gives up when Loom stays away", async () => {
    const error = await followTask(scripted([away, away]), "t1", () => {}, { intervalMs: 2, patienceMs: 0 }).catch(
      (cause: unknown) => cause,
    )
    assert.strictEqual(error, away)
  })

  it("stops when it is told to", async () => {
    const stop = new AbortController()
    const following = followTask(scripted([detail("running")]), "t1", () => stop.abort(new Error("enough")), {
      intervalMs: 60_000,
      patienceMs: 0,
      signal: stop.signal,
    })
    assert.match(String(await following.catch((cause: unknown) => cause)), /enough/)
  })
})
