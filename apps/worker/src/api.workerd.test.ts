import { listDurableObjectIds } from "cloudflare:test"
import { env, exports } from "cloudflare:workers"
import { beforeAll, describe, expect, it, vi } from "vitest"
import { engineOf } from "../test/engine.ts"
import { operatorToken, webhookSecret } from "../test/entry.ts"
import { coordinator, migrated, newRepository, outcomeOf, ring, run, stubOf } from "../test/fixtures.ts"

beforeAll(migrated)

const hex = (bytes: ArrayBuffer) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("")
const sign = async (body: string, secret = webhookSecret) => {
  const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign"])
  return `sha256=${hex(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(body)))}`
}
const api = (path: string, init?: RequestInit) => exports.default.fetch(new Request(`https://loom.test${path}`, init))
const post = async (event: string, payload: unknown, { id = crypto.randomUUID(), signature }: { id?: string; signature?: string } = {}) => {
  const body = typeof payload === "string" ? payload : JSON.stringify(payload)
  return api("/webhooks/github", {
    method: "POST",
    body,
    headers: {
      "x-github-event": event,
      "x-github-delivery": id,
      "x-hub-signature-256": signature ?? (await sign(body)),
      "content-type": "application/json",
    },
  })
}
const issuesEvent = (repository: ReturnType<typeof newRepository>, action: string, more: object = {}) => ({
  action,
  issue: {
    number: 1,
    title: "Broken",
    html_url: "https://github.test/1",
    state: "open",
    labels: [{ name: "loom:ready" }],
    user: { login: "eve", type: "User" },
    updated_at: "2026-11-20T10:00:00Z",
  },
  label: { name: "loom:ready" },
  repository: { id: repository.id, name: repository.name, owner: { login: "octo" } },
  installation: { id: 5 },
  sender: { login: "ada", type: "User" },
  ...more,
})
const operator = { authorization: `Bearer ${operatorToken}` }

describe("a webhook", () => {
  it("with the label is answered with its task, however often and in whatever form it comes", async () => {
    const repository = newRepository()
    const storm = await Promise.all([
      ...Array.from({ length: 20 }, () => post("issues", issuesEvent(repository, "labeled"), { id: "guid-1" })),
      post("issues", issuesEvent(repository, "opened"), { id: "guid-2" }),
    ])
    const bodies = await Promise.all(storm.map((response) => response.json<{ taskId: string; status: string }>()))
    expect(storm.every((response) => response.status === 202)).toBe(true)
    expect(new Set(bodies.map((body) => body.taskId))).toEqual(new Set([`t_${repository.id}_1_1`]))
    const { counters } = await stubOf(repository).stats()
    expect(counters.pending + counters.running).toBe(1)
  })

  it("in a flood is answered with its own task, whichever request asked for it, and none is cancelled as hung", async () => {
    const repository = newRepository()
    const issues = Array.from({ length: 100 }, (_, index) => index + 1)
    const flood = async () => {
      const answers = await Promise.all(
        issues.map((number) => {
          const event = issuesEvent(repository, "labeled")
          return post("issues", { ...event, issue: { ...event.issue, number } }, { id: `flood-${number}` })
        }),
      )
      return Promise.all(answers.map(async (answer) => [answer.status, (await answer.json<{ taskId: string }>()).taskId]))
    }
    const wanted = issues.map((number) => [202, `t_${repository.id}_${number}_1`])
    expect([await flood(), await flood()]).toEqual([wanted, wanted])
    const { calls, counters, transactions } = await stubOf(repository).stats()
    expect(counters.pending + counters.running).toBe(100)
    expect([calls >= 200, transactions < 60]).toEqual([true, true])
  })

  it("that is not signed with the secret leaves no trace but one line of constant size", async () => {
    const before = (await listDurableObjectIds(env.COORDINATOR)).length
    const lines: Array<string> = []
    const spies = (["log", "info", "warn", "error", "debug"] as const).map((level) =>
      vi.spyOn(console, level).mockImplementation((...args: Array<unknown>) => void lines.push(args.join(" "))),
    )
    const repository = newRepository()
    const body = JSON.stringify({ ...issuesEvent(repository, "labeled"), padding: "x".repeat(100_000) })
    const answers = [
      await post("issues", body, { signature: await sign(body, "another secret") }),
      await post("issues", body, { signature: "sha256=00" }),
      await post("issues", `${body} `, { signature: await sign(body) }),
    ]
    spies.forEach((spy) => spy.mockRestore())
    expect(answers.map((response) => response.status)).toEqual([401, 401, 401])
    expect(lines).toEqual(Array.from({ length: 3 }, () => '{"event":"webhook.rejected","status":401,"code":"bad_signature"}'))
    expect((await listDurableObjectIds(env.COORDINATOR)).length).toBe(before)
  })

  it("that is too large is refused by its length and by its bytes, before it is verified", async () => {
    const headers = { "x-github-event": "issues", "x-github-delivery": "g", "x-hub-signature-256": `sha256=${"0".repeat(64)}` }
    let sent = 0
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => (sent++ < 30 ? controller.enqueue(new Uint8Array(1024 * 1024)) : controller.close()),
    })
    expect((await api("/webhooks/github", { method: "POST", headers, body: endless })).status).toBe(413)
    expect((await api("/webhooks/github", { method: "POST", headers, body: new Uint8Array(26 * 1024 * 1024) })).status).toBe(413)
  })

  it("that lacks a header or is not JSON is refused with 400, and says how to mend it", async () => {
    expect((await api("/webhooks/github", { method: "POST", body: "{}" })).status).toBe(400)
    const malformed = await post("issues", "{")
    expect(malformed.status).toBe(400)
    expect(malformed.headers.get("content-type")).toBe("application/problem+json")
    expect(await malformed.json()).toMatchObject({ status: 400, code: "bad_request", remedy: expect.stringContaining("application/json") })
  })

  it("whose label is taken away again stops the task; so do a closed issue and an archived repository", async () => {
    for (const [event, payload] of [
      ["issues", (repository: ReturnType<typeof newRepository>) => issuesEvent(repository, "unlabeled")],
      ["issues", (repository: ReturnType<typeof newRepository>) => issuesEvent(repository, "closed")],
      ["repository", (repository: ReturnType<typeof newRepository>) => issuesEvent(repository, "archived")],
    ] as const) {
      const repository = newRepository()
      engineOf(repository.id).failStarts = 1_000
      const { taskId } = await (await post("issues", issuesEvent(repository, "labeled"))).json<{ taskId: string }>()
      const stopped = await post(event, payload(repository))
      expect(await stopped.json()).toMatchObject({ status: "cancelling", tasks: [{ taskId }] })
      expect(await (await post(event, payload(repository))).json()).toMatchObject({ status: expect.stringMatching(/ignored|cancelling/) })
    }
  })

  it("of an uninstalled App stops every open task of the installation", async () => {
    const repository = { ...newRepository(), installationId: 77 }
    const engine = engineOf(repository.id)
    const { taskId } = await (
      await post("issues", issuesEvent(repository, "labeled", { installation: { id: 77 } }))
    ).json<{ taskId: string }>()
    await engine.until(() => engine.started.length === 1)
    while ((await stubOf(repository).stats()).outbox > 0) await ring(repository)
    const answer = await post("installation", { action: "deleted", installation: { id: 77 }, sender: { login: "ada", type: "User" } })
    expect(await answer.json()).toMatchObject({ tasks: [{ taskId, status: "running" }] })
    expect(await run(coordinator.report(repository.id, engine.started[0]?.runId ?? "", { kind: "heartbeat" }))).toEqual({
      stop: true,
      reason: "The App was uninstalled.",
    })
  })
})

describe("the REST API", () => {
  const completed = async () => {
    const repository = newRepository()
    const engine = engineOf(repository.id)
    const { taskId } = await (await post("issues", issuesEvent(repository, "labeled"))).json<{ taskId: string }>()
    await engine.until(() => engine.started.length === 1)
    const runId = engine.started[0]?.runId ?? ""
    await run(
      coordinator.report(repository.id, runId, { kind: "log", key: "k", lines: [{ at: 1, stage: null, level: "info", message: "hello" }] }),
    )
    return { repository, taskId, runId }
  }

  it("shows a task, its history, its log, the list and the figures", async () => {
    const { repository, runId, taskId } = await completed()
    await run(coordinator.finish(repository.id, runId, outcomeOf("completed")))
    while ((await stubOf(repository).stats()).outbox > 0) await ring(repository)
    expect(await (await api(`/api/v1/tasks/${taskId}`)).json()).toMatchObject({ id: taskId, status: "completed", runId })
    expect(await (await api(`/api/v1/tasks/${taskId}/events?after=1&limit=1`)).json()).toMatchObject({
      items: [{ seq: 2, type: "Dispatched" }],
      next: "2",
    })
    expect(await (await api(`/api/v1/tasks/${taskId}/logs`)).json()).toMatchObject({ items: [{ message: "hello" }], next: null })
    expect(await (await api(`/api/tasks?status=completed&repository=OCTO/${repository.name}&q=brok`)).json()).toMatchObject({
      items: [{ id: taskId }],
      next: null,
    })
    const status = await api("/api/v1/status")
    expect(await status.json()).toMatchObject({ version: "test", completed: expect.any(Number), health: { database: "ok" } })
    expect(status.headers.get("x-content-type-options")).toBe("nosniff")
    expect(status.headers.get("x-request-id")).toMatch(/^[\w-]{8,64}$/)
    expect((await api("/healthz")).status).toBe(200)
  })

  it("pages through the list without a gap or a repeat", async () => {
    const repository = newRepository()
    for (let number = 1; number <= 5; number++)
      await post("issues", issuesEvent(repository, "labeled", { issue: { ...issuesEvent(repository, "labeled").issue, number } }))
    while ((await stubOf(repository).stats()).outbox > 0) await ring(repository)
    const seen: Array<string> = []
    let cursor: string | null = null
    do {
      const page: { items: Array<{ id: string }>; next: string | null } = await (
        await api(`/api/v1/tasks?repository=octo/${repository.name}&limit=2${cursor === null ? "" : `&cursor=${cursor}`}`)
      ).json()
      seen.push(...page.items.map((item) => item.id))
      cursor = page.next
    } while (cursor !== null)
    expect(seen.toSorted()).toEqual([1, 2, 3, 4, 5].map((number) => `t_${repository.id}_${number}_1`))
    expect(seen).toHaveLength(5)
  })

  it("refuses what is unknown or wrong with a problem and a remedy", async () => {
    for (const [path, status] of [
      ["/api/v1/tasks/t_1_2_3", 404],
      ["/api/v1/tasks/nonsense", 404],
      ["/api/v1/nothing", 404],
      ["/api/v1/tasks?limit=x", 400],
      ["/api/v1/tasks?status=broken", 400],
      ["/api/v1/tasks?cursor=%00", 400],
    ] as const) {
      const answer = await api(path)
      expect([path, answer.status]).toEqual([path, status])
      expect(await answer.json()).toMatchObject({ status, code: expect.any(String), remedy: expect.any(String) })
    }
  })

  it("lets nobody write without the operator's token, and nobody read where reads are closed", async () => {
    const { taskId } = await completed()
    expect((await api(`/api/v1/tasks/${taskId}/cancel`, { method: "POST" })).status).toBe(401)
    expect((await api(`/api/v1/tasks/${taskId}/cancel`, { method: "POST", headers: { authorization: "Bearer wrong" } })).status).toBe(401)
    expect((await api(`/api/v1/tasks/${taskId}?closed`)).status).toBe(401)
    expect((await api(`/api/v1/tasks/${taskId}?closed`, { headers: operator })).status).toBe(200)
  })

  it("cancels and retries", async () => {
    const { repository, runId, taskId } = await completed()
    expect(await (await api(`/api/v1/tasks/${taskId}/retry`, { method: "POST", headers: operator })).json()).toMatchObject({
      status: 409,
      code: "already_running",
    })
    const cancelled = await api(`/api/v1/tasks/${taskId}/cancel`, { method: "POST", headers: operator })
    expect([cancelled.status, await cancelled.json()]).toEqual([202, { taskId, status: "running", effect: "changed" }])
    await run(coordinator.finish(repository.id, runId, outcomeOf("cancelled")))
    const retried = await api(`/api/v1/tasks/${taskId}/retry`, { method: "POST", headers: operator })
    expect([retried.status, await retried.json()]).toEqual([
      202,
      { taskId: `t_${repository.id}_1_2`, status: "pending", effect: "created" },
    ])
  })

  it("feeds a live page from where it left off until the task has ended", async () => {
    const { repository, runId, taskId } = await completed()
    const feed = await api(`/api/v1/tasks/${taskId}/live`, { headers: { "last-event-id": "1.0" } })
    expect(feed.headers.get("content-type")).toContain("text/event-stream")
    const reading = feed.text()
    await run(coordinator.finish(repository.id, runId, outcomeOf("completed")))
    const text = await reading
    expect(text.match(/^id: (\S+)$/gm)?.at(-1)).toBe("id: 3.1")
    expect(text).not.toContain('"type":"Requested"')
    expect([...text.matchAll(/^event: (\w+)$/gm)].map(([, name]) => name)).toContain("log")
    expect(text.trimEnd()).toMatch(/event: end\n.*\n.*$/)
  })
})
