import { spawn } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { fixSum, type Journey, library, root, startJourney } from "./journey.ts"

interface Answer {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

describe("the command line against a whole Loom", () => {
  let journey: Journey
  let task = ""
  const home = mkdtempSync(join(tmpdir(), "loom-home-"))
  beforeAll(async () => {
    journey = await startJourney("command-line", { LOOM_LOCAL_USER: "", LOOM_PUBLIC_STATUS: "false" })
  }, 300_000)
  afterAll(async () => {
    rmSync(home, { recursive: true, force: true })
    await journey.close()
  })

  /** `loom …` in a process of its own; `onText` sees its output as it comes. */
  const loom = async (
    args: ReadonlyArray<string>,
    env: Readonly<Record<string, string>> = {},
    onText: (chunk: string) => void = () => {},
  ): Promise<Answer> => {
    const { url, apiToken } = journey.world
    const child = spawn(process.execPath, [join(root, "apps/cli/src/main.ts"), ...args], {
      cwd: home,
      env: { ...process.env, XDG_CONFIG_HOME: home, LOOM_URL: url, LOOM_API_TOKEN: apiToken, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    })
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => onText(chunk.toString()))
    const ended = new Promise<number | null>((resolve) => child.on("close", resolve))
    const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), ended])
    return { code, out, err }
  }
  const done = async <A>(args: ReadonlyArray<string>): Promise<A> => {
    const { code, err, out } = await loom([...args, "--json"])
    assert.strictEqual(code, 0, err)
    return JSON.parse(out) as A
  }

  it("submits an issue once, however often the same key is sent", async () => {
    const { world } = journey
    const repository = await world.addRepository({ owner: "acme", name: "by-hand", files: library() })
    const { number } = await world.github.openIssue("acme", "by-hand", { title: "sum subtracts", body: "`sum(2, 2)` is 0.", author: "ada" })
    world.recorded?.play(`${repository.fullName}#${number}`, { ...fixSum, commands: ["echo begun", "sleep 12", "echo rested"] })
    const order = ["submit", `${repository.fullName}#${number}`, "--as", "ada", "--idempotency-key", "by-hand-1"]
    const first = await done<{ taskId: string; effect: string }>(order)
    assert.strictEqual(first.effect, "created")
    assert.deepStrictEqual(await done(order), first)
    task = first.taskId
    const nobody = await loom(["submit", `${repository.fullName}#${number}`])
    assert.strictEqual(nobody.code, 1)
    assert.match(nobody.err, /Give --as <login>/)
  })

  it("follows the log to the end over a killed Worker, without losing or doubling a line", async () => {
    let cut: Promise<void> | null = null
    const cutOnce = (chunk: string) => {
      if (cut === null && /echo begun/.test(chunk)) cut = journey.world.killWorker().then(journey.world.restartWorker)
    }
    const { code, err, out } = await loom(["logs", task, "-f", "--json", "--exit-status"], {}, cutOnce)
    assert.strictEqual(code, 0, err)
    assert.isNotNull(cut, "the connection was cut in the middle")
    assert.match(err, /going on in a second[\s\S]*Task completed\. http/)
    const seen = out.trim().split("\n")
    const kept = await loom(["logs", task, "--json"])
    assert.deepStrictEqual(seen, kept.out.trim().split("\n"))
    assert.isAbove(seen.length, 10)
  })

  it("shows, lists and counts what was done", async () => {
    const shown = await loom(["show", task])
    assert.strictEqual(shown.code, 0, shown.err)
    assert.match(shown.out, /acme\/by-hand#1 sum subtracts\ncompleted, verdict pass\nok {6}admit/)
    assert.match(shown.out, /\/acme\/by-hand\/pull\/\d+\n/)
    const listed = await loom(["list", "--repo", "acme/by-hand", "--status", "completed"])
    assert.match(listed.out, new RegExp(`^TASK +STATE +ISSUE +UPDATED +TITLE\n${task} +completed +acme/by-hand#1 .* sum subtracts\n$`))
    assert.deepStrictEqual((await done<{ items: ReadonlyArray<unknown> }>(["list", "--search", "no such words"])).items, [])
    const used = await done<{ total: { requests: number } }>(["usage"])
    assert.isAbove(used.total.requests, 0)
    assert.match((await loom(["usage"])).out, /^DAY +MODEL +REQUESTS +INPUT +OUTPUT +COST\n/)
  })

  it("cancels a run, and what it retried", async () => {
    const { taskId } = await journey.label("slow", { ...fixSum, commands: ["echo begun", "sleep 90"] })
    await journey.untilLog(taskId, /echo begun/)
    const stopped = await loom(["cancel", taskId])
    assert.strictEqual(stopped.code, 0, stopped.err)
    assert.strictEqual((await journey.world.followTask(taskId)).status, "cancelled")
    const late = await loom(["cancel", taskId])
    assert.strictEqual(late.code, 1)
    assert.match(late.err, /`loom retry` makes a new task of it/)
    assert.strictEqual((await loom(["logs", taskId, "--exit-status"])).code, 1)
    const again = await done<{ taskId: string; effect: string }>(["retry", taskId])
    assert.strictEqual(again.effect, "created")
    assert.notStrictEqual(again.taskId, taskId)
    await done(["cancel", again.taskId])
    assert.strictEqual((await journey.world.followTask(again.taskId)).status, "cancelled")
  })

  it("holds a task and lets it go on; shows its plan first, and carries it out when it is approved", async () => {
    const { world } = journey
    const repository = await world.addRepository({ owner: "acme", name: "held", files: library() })
    const { number } = await world.github.openIssue("acme", "held", { title: "sum subtracts", author: "ada" })
    world.recorded?.play(`${repository.fullName}#${number}`, fixSum)
    const { taskId } = await done<{ taskId: string }>(["submit", `${repository.fullName}#${number}`, "--as", "ada", "--approval"])
    await done(["pause", taskId])
    let heard = ""
    const orders = new Map<string, Promise<Answer>>()
    const once = (name: string, ...more: ReadonlyArray<string>) => {
      if (!orders.has(name)) orders.set(name, loom([name, taskId, ...more]))
    }
    const followed = await loom(["logs", taskId, "-f", "--exit-status"], {}, (chunk) => {
      heard += chunk
      if (/somebody paused it[\s\S]*loom resume/.test(heard)) once("resume")
      if (/waits for its plan to be approved[\s\S]*loom approve/.test(heard)) once("approve", "--note", "Keep the signature.")
    })
    assert.strictEqual(followed.code, 0, followed.err)
    assert.deepStrictEqual([...orders.keys()], ["resume", "approve"])
    for (const [name, answer] of orders) assert.strictEqual((await answer).code, 0, name)
    assert.match((await loom(["show", taskId])).out, /completed, verdict pass/)
    const late = await loom(["approve", taskId, "--json"])
    assert.strictEqual(late.code, 1)
    assert.include(JSON.parse(late.err), { code: "already_ended", exitCode: 1 })
  })

  it("prints the API's description, and what the doctor says of this Loom", async () => {
    const document = await done<{ openapi: string; paths: object }>(["openapi"])
    assert.match(document.openapi, /^3\.1/)
    assert.property(document.paths, "/api/v1/tasks")
    const { out } = await loom(["doctor", "--json"])
    const { checks } = JSON.parse(out) as { checks: ReadonlyArray<{ part: string; state: string }> }
    const deployment = checks.filter(({ part }) => part === "deployment")
    assert.isNotEmpty(deployment)
    assert.deepStrictEqual(
      deployment.filter(({ state }) => state === "failed"),
      [],
    )
  })

  it("signs a person in by a code, as whom they act, until an operator or they themselves end it", async () => {
    const nobody = { LOOM_API_TOKEN: "" }
    assert.strictEqual((await loom(["list"], nobody)).code, 3)
    let heard = ""
    let entering: Promise<Response> | null = null
    const { code, err, out } = await loom(["login"], nobody, (chunk) => {
      heard += chunk
      const [, address = "", userCode = ""] = /Open +(\S+)\nenter +(\S+)\n/.exec(heard) ?? []
      if (entering === null && userCode !== "")
        entering = fetch(address, {
          method: "POST",
          body: new URLSearchParams({ user_code: userCode, login: "ada", decision: "authorize" }),
        })
    })
    assert.strictEqual(code, 0, err)
    assert.match(out, /as ada, to read, write, until/)
    const file = join(home, "loom/credentials.json")
    assert.strictEqual(statSync(file).mode & 0o777, 0o600)
    const { looms } = JSON.parse(readFileSync(file, "utf8")) as { looms: Record<string, { token: string }> }
    const token = looms[journey.world.url]?.token ?? ""
    assert.match(token, /^loom_/)
    assert.notInclude(out + err, token)

    assert.match((await loom(["whoami"], nobody)).out, /^ada \(user, free\); may read, write\n/)
    assert.strictEqual((await loom(["show", task], nobody)).code, 0)
    const refused = await loom(["admin", "accounts"], nobody)
    assert.strictEqual(refused.code, 3)
    assert.match((await loom(["admin", "accounts"])).out, /^LOGIN +TIER +SEEN +BLOCKED\nada +free +just now\n$/)
    assert.match(
      (await loom(["admin", "account", "ada", "--tier", "premium"])).out,
      /^ada {2}premium, 19\d of 200 requests left[\s\S]*tier free -> premium/,
    )
    assert.match((await loom(["admin", "account", "ada", "--block", "spam"])).out, /^Blocked by .*: spam$/m)
    assert.strictEqual((await loom(["list"], nobody)).code, 3)
    assert.notMatch((await loom(["admin", "account", "ada", "--unblock"])).out, /^Blocked/m)
    assert.strictEqual((await loom(["admin", "account", "nobody-here"])).code, 4)

    assert.strictEqual((await loom(["list"], nobody)).code, 0)
    assert.match((await loom(["logout"], nobody)).out, /its token is revoked/)
    assert.strictEqual((await loom(["list"], { LOOM_API_TOKEN: token })).code, 3)
    assert.match((await loom(["logout"], nobody)).out, /You were not signed in/)
  })

  it.each<readonly [string, number, ReadonlyArray<string>, Readonly<Record<string, string>>, RegExp]>([
    ["words that make no sense", 2, ["shwo", "t1"], {}, /Did you mean this\?\s+show/],
    ["a token that opens nothing", 3, ["cancel", "t1"], { LOOM_API_TOKEN: "wrong" }, /Sign in with `loom login`/],
    ["a task that is not there", 4, ["show", "tsk_missing"], {}, /`loom list` shows the tasks/],
    ["a Loom that does not answer", 5, ["list"], { LOOM_URL: "http://127.0.0.1:9" }, /does not answer.*npm start/],
  ])("%s ends with %i and a remedy", async (_, code, args, env, remedy) => {
    const answer = await loom(args, env)
    assert.strictEqual(answer.code, code, answer.err)
    assert.match(answer.err, remedy)
    assert.strictEqual(answer.out, "")
    // For a program the same, as JSON, and nothing on standard output either.
    const told = await loom([...args, "--json"], env)
    assert.strictEqual(told.code, code, told.err)
    assert.strictEqual(told.out, "")
    const { detail, exitCode, remedy: mend } = JSON.parse(told.err) as { detail: string; exitCode: number; remedy: string | null }
    assert.strictEqual(exitCode, code)
    assert.match(`${detail} ${mend ?? ""}`, /Did you mean|Sign in with|`loom list`|npm start/)
  })
})
