import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { fixSum, type Journey, startJourney } from "./journey.ts"

/** Runs a command line in the box of a running task, as code that has taken the box over would. */
const takeOver = async (journey: Journey, runId: string, id: string, command: string, gateways: boolean): Promise<string> => {
  const response = await fetch(`${journey.world.sandbox.url}/v1/sessions/${runId}/execs`, {
    method: "POST",
    headers: { authorization: `Bearer ${journey.world.sandbox.token}`, "content-type": "application/json" },
    body: JSON.stringify({ id, argv: ["bash", "-c", command], timeoutMs: 120_000, maxOutputBytes: 1 << 20, network: "none", gateways }),
  })
  const events = (await response.text())
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { t: string; data?: string })
  return events.map((event) => (event.t === "out" ? event.data : "")).join("")
}

describe("what hostile code in the sandbox can reach", () => {
  let journey: Journey
  let runId: string
  let taskId: string
  let number: number
  beforeAll(async () => {
    // No patience with a run that is to stop: the last test shows what becomes of one that does not.
    journey = await startJourney("walls", { LOOM_CANCEL_GRACE_MS: "1" })
    const labelled = await journey.label("hostile", { ...fixSum, commands: ["echo begun", "sleep 45"] })
    taskId = labelled.taskId
    number = labelled.number
    await journey.untilLog(taskId, /echo begun/)
    runId = (await journey.world.api.task(taskId)).runId ?? ""
  }, 300_000)
  afterAll(() => journey.close())

  it("no network: not the Worker, not GitHub, not the sandbox host, not the world", async () => {
    const { world } = journey
    const targets = [world.url, world.github.url, world.sandbox.url, "http://git.loom.internal/", "http://1.1.1.1/"]
    const out = await takeOver(
      journey,
      runId,
      "net",
      targets.map((url) => `curl -s -m 3 -o /dev/null -w '%{http_code} ' ${url} || true`).join("; "),
      false,
    )
    assert.strictEqual(out.trim().replace(/\s+/g, " "), "000 000 000 000 000")
  })

  it("nothing of the host: files, environment, processes", async () => {
    const out = await takeOver(
      journey,
      runId,
      "host",
      "cat /etc/shadow /root/.bashrc 2>/dev/null | wc -c; env | grep -ciE 'token|secret|_key' ; ls /proc | grep -cE '^[0-9]+$'",
      false,
    )
    const [bytes, secrets, processes] = out.trim().split("\n").map(Number)
    assert.strictEqual(bytes, 0)
    assert.strictEqual(secrets, 0)
    assert.isBelow(processes ?? 99, 12)
  })

  it("no token: git works through the gateway, and there is nothing to steal", async () => {
    // The words are put together inside, so that the search does not find its own command line.
    const script =
      "s=s; git ls-remote http://git.loom.internal/acme/hostile.git refs/heads/main; git config --list --show-origin; env; cat /proc/*/cmdline /proc/*/environ 2>/dev/null | tr '\\0' '\\n'; grep -rIlE \"gh${s}_[A-Za-z0-9]|loom1[.]e\" . /home/loom /tmp /run /etc 2>/dev/null | sed 's/^/FOUND /'"
    const out = await takeOver(journey, runId, "token", script, true)
    assert.match(out, /[0-9a-f]{40}\trefs\/heads\/main/)
    assert.notMatch(out, /ghs_\w|loom1\.\w|x-access-token|^FOUND /m)
  })

  it("no push but to this run's branch, and no other repository", async () => {
    const push = (ref: string) =>
      `git -c user.name=x -c user.email=x@x commit -q --allow-empty -m x; git push http://git.loom.internal/acme/hostile.git ${ref} 2>&1`
    const main = await takeOver(journey, runId, "push-main", push("HEAD:refs/heads/main"), true)
    assert.match(main, /rejected/)
    assert.include(main, "only loom/issue-1")
    const tag = await takeOver(journey, runId, "push-tag", push("HEAD:refs/tags/v1"), true)
    assert.match(tag, /rejected/)
    const gone = await takeOver(journey, runId, "push-delete", push(":refs/heads/main"), true)
    assert.match(gone, /rejected/)
    const other = await takeOver(journey, runId, "other", "git ls-remote http://git.loom.internal/acme/other.git 2>&1", true)
    assert.match(other, /403|may only reach/)
    const branches = await journey.rest<ReadonlyArray<{ name: string }>>("/repos/acme/hostile/branches")
    assert.deepStrictEqual(
      branches.map((branch) => branch.name),
      ["main"],
    )
  })

  it("a run that is stopped by force leaves no box behind, and its issue is told", async () => {
    const { world } = journey
    await world.github.unlabelIssue("acme", "hostile", number, "loom:ready", "ada")
    const detail = await world.followTask(taskId)
    assert.strictEqual(detail.status, "cancelled")
    assert.include(detail.reason, "by force")
    const headers = { authorization: `Bearer ${world.sandbox.token}` }
    const session = async () => (await fetch(`${world.sandbox.url}/v1/sessions/${runId}`, { headers })).status
    const comment = async () =>
      (await journey.rest<ReadonlyArray<{ body: string }>>(`/repos/acme/hostile/issues/${number}/comments`)).map(({ body }) => body).join()
    while ((await session()) !== 404 || !(await comment()).includes("Loom was stopped"))
      await new Promise((again) => setTimeout(again, 200))
    assert.include(await comment(), "by force")
    const labels = await journey.rest<ReadonlyArray<{ name: string }>>(`/repos/acme/hostile/issues/${number}/labels`)
    assert.deepStrictEqual(labels, [])
  })
})
