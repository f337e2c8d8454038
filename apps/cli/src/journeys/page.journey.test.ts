import type { Browser, BrowserContextOptions, Page } from "playwright-core"
import { loadDemo } from "../demo/demo.ts"
import { launch } from "@loom/web/browser/chromium"
import { afterAll, afterEach, assert, beforeAll, describe, it } from "vitest"
import { fixSum, type Journey, library, startJourney } from "./journey.ts"

/** Tests that take so long that a run can be watched, cut off and stopped. */
const slowLibrary = () =>
  library({
    files: {
      "test/slow.test.js": [
        'import { test } from "node:test"',
        'test("takes its time", () => new Promise((done) => setTimeout(done, 8_000)))',
        "",
      ].join("\n"),
    },
  })

describe("the status page in Chromium, with the whole local world", () => {
  let journey: Journey
  let browser: Browser
  beforeAll(async () => {
    ;[journey, browser] = await Promise.all([startJourney("page", { LOOM_PUBLIC_STATUS: "false" }), launch()])
  }, 300_000)
  afterAll(async () => {
    await browser.close()
    await journey.close()
  })
  afterEach(() => Promise.all(browser.contexts().map((context) => context.close())))

  const open = async (path: string, options: BrowserContextOptions = {}): Promise<Page> => {
    const page = await (await browser.newContext({ baseURL: journey.world.url, reducedMotion: "reduce", ...options })).newPage()
    page.setDefaultTimeout(120_000)
    await page.goto(path)
    return page
  }
  const logLines = (page: Page) => page.getByRole("region", { name: "Log lines" })

  it("shows a labelled issue within seconds and follows its run, live, until the pull request appears", async () => {
    const page = await open("/")
    const requests: Array<string> = []
    page.on("request", (request) => requests.push(new URL(request.url()).pathname))
    const sockets: Array<string> = []
    page.on("websocket", (socket) => sockets.push(new URL(socket.url()).pathname))
    const { taskId } = await journey.label("watched", fixSum, slowLibrary())
    await page.getByRole("link", { name: "sum subtracts" }).click()
    await page.getByText("Live", { exact: true }).waitFor()
    await page.getByRole("heading", { name: "Tests pass" }).waitFor()
    const link = page.getByRole("link", { name: /Draft pull request #\d+/ })
    assert.match((await link.getAttribute("href")) ?? "", /\/acme\/watched\/pull\/\d+$/)
    // The log came through the feed and nothing was asked for it.
    await logLines(page).getByRole("listitem").first().waitFor()
    assert.deepStrictEqual(sockets, [`/api/v1/tasks/${taskId}/live`])
    assert.notInclude(requests, `/api/v1/tasks/${taskId}/logs`)
    await page.getByRole("tab", { name: "Changes" }).click()
    await page.getByText("export const sum = (a, b) => a + b").waitFor()
    await page.getByRole("tab", { name: "Tests" }).click()
    await page.getByText("test/sum.test.js > adds").waitFor()
    await page.getByRole("tab", { name: "Gate" }).click()
    await page.getByText(/^Risk \d+ of 100$/).waitFor()
    await page.getByRole("tab", { name: "Proof" }).click()
    await page.getByText(/sha256:[0-9a-f]{64}/).waitFor()
    await page.getByRole("tab", { name: "Cost" }).click()
    await page.getByRole("row", { name: /Write the change/ }).waitFor()
  })

  it("shows the sample of `npm start` from the pull request to the task and back; these are the pictures of the README", async () => {
    const demo = loadDemo()
    const repository = await journey.world.addRepository({ owner: "acme", name: demo.repositoryName, files: demo.files })
    const { taskId } = await journey.world.openAndLabelIssue({ repository, issue: demo.issue, change: demo.recordedChange })
    const detail = await journey.world.followTask(taskId)
    const page = await open(`/tasks/${taskId}#tests`, { viewport: { width: 1200, height: 1300 }, colorScheme: "light" })
    await page.getByRole("heading", { name: "Tests pass" }).waitFor()
    await page.getByText("reads milliseconds").waitFor()
    const images = process.env["LOOM_IMAGES"]
    if (images !== undefined) await page.screenshot({ path: `${images}/task-page.png` })
    await page.getByRole("link", { name: `Draft pull request #${detail.pullRequest?.number}` }).click()
    await page.getByRole("heading", { name: "How it was tested" }).waitFor()
    assert.strictEqual(new URL(page.url()).pathname, `/acme/${demo.repositoryName}/pull/${detail.pullRequest?.number}`)
    if (images !== undefined) await page.screenshot({ path: `${images}/pull-request.png` })
  })

  it("loses no line and doubles none when the connection drops in the middle of a run", async () => {
    const { taskId } = await journey.label("dropped", fixSum, slowLibrary())
    const page = await open(`/tasks/${taskId}`)
    await page.getByText("Live", { exact: true }).waitFor()
    for (const pauseFor of [/baseline|untouched/i, /Write the change/]) {
      await page.locator("[aria-current=step]").getByText(pauseFor).first().waitFor()
      await page.context().setOffline(true)
      await page.getByText("Updated each second").waitFor()
      await page.context().setOffline(false)
      await page.getByText("Live", { exact: true }).waitFor()
    }
    await page.getByRole("heading", { name: "Tests pass" }).waitFor()
    const { items } = await journey.world.api.logs(taskId, 0)
    await page.getByLabel("Level").selectOption("All")
    await page.getByText(`${items.length} lines`, { exact: true }).waitFor()
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Download as NDJSON" }).click()])
    const stream = await download.createReadStream()
    const chunks: Array<Buffer> = []
    for await (const chunk of stream) chunks.push(Buffer.from(chunk))
    const seqs = Buffer.concat(chunks)
      .toString("utf8")
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as { readonly seq: number }).seq)
    assert.deepStrictEqual(
      seqs,
      items.map(({ seq }) => seq),
    )
  })

  it("cancels a running task", async () => {
    const { taskId } = await journey.label("cancelled", fixSum, slowLibrary())
    const page = await open(`/tasks/${taskId}`)
    await page.locator("[aria-current=step]").first().waitFor()
    await page.getByRole("button", { name: "Cancel" }).click()
    await page.getByRole("button", { name: "Cancel the task" }).click()
    await page.getByRole("heading", { name: "Cancelled" }).waitFor()
    assert.strictEqual((await journey.world.followTask(taskId)).status, "cancelled")
    await page.getByRole("button", { name: "Run again" }).waitFor()
  })

  it("pauses a running task, lets it go on, and the pull request appears", async () => {
    const { taskId } = await journey.label("held", { ...fixSum, commands: ["echo begun", "sleep 5", "echo rested"] })
    const page = await open(`/tasks/${taskId}`)
    await logLines(page).getByText("echo begun").first().waitFor()
    await page.getByRole("button", { name: "Pause" }).click()
    await page.getByRole("heading", { name: "Paused", exact: true }).waitFor()
    const { status, waiting } = await journey.world.api.task(taskId)
    assert.deepStrictEqual({ status, waiting }, { status: "waiting", waiting: "paused" })
    await page.getByRole("button", { name: "Resume" }).click()
    await page.getByRole("button", { name: "Pause" }).waitFor()
    assert.strictEqual((await journey.world.followTask(taskId)).status, "completed")
    await page.getByRole("heading", { name: "Tests pass" }).waitFor()
    await page.getByRole("link", { name: /Draft pull request #\d+/ }).waitFor()
  })

  it("shows a plan first where that is asked for, and carries it out when it is approved", async () => {
    const { github } = journey.world
    const repository = await journey.world.addRepository({ owner: "acme", name: "planned", files: library() })
    const { number } = await github.openIssue("acme", "planned", { title: "sum subtracts", author: "ada" })
    journey.world.recorded?.play(`${repository.fullName}#${number}`, fixSum)
    const page = await open("/new")
    await page.getByLabel("Repository").fill("acme/planned")
    await page.getByLabel("Issue number").fill(String(number))
    await page.getByRole("switch", { name: /Show me the plan first/ }).click()
    await page.getByRole("button", { name: "Let Loom resolve it" }).click()
    await page.waitForURL(/\/tasks\/t_\d+_\d+_1/)
    const taskId = new URL(page.url()).pathname.split("/").at(-1) ?? ""
    assert.strictEqual((await journey.world.followTask(taskId)).waiting, "awaiting_approval")
    await page.getByRole("heading", { name: "Waiting for its plan to be approved" }).waitFor()
    await page.getByRole("heading", { name: "Plan", exact: true }).waitFor()
    assert.isEmpty(await journey.rest<ReadonlyArray<unknown>>("/repos/acme/planned/pulls"))
    await page.getByLabel("Note (optional)").fill("Keep the signature.")
    await page.getByRole("button", { name: "Approve the plan" }).click()
    await page.getByRole("button", { name: "Pause" }).waitFor()
    assert.strictEqual((await journey.world.followTask(taskId)).status, "completed")
    await page.getByRole("heading", { name: "Tests pass" }).waitFor()
    await page.getByRole("link", { name: /Draft pull request #\d+/ }).waitFor()
  })

  it("takes an issue by hand: its number, or title and text that become one", async () => {
    const { github } = journey.world
    await journey.world.addRepository({ owner: "acme", name: "by-hand", files: library() })
    const { number } = await github.openIssue("acme", "by-hand", { title: "sum subtracts", author: "ada" })
    const page = await open("/new")
    await page.getByLabel("Repository").fill("acme/by-hand")
    await page.getByLabel("Issue number").fill(String(number))
    await page.getByRole("button", { name: "Let Loom resolve it" }).click()
    await page.waitForURL(/\/tasks\/t_\d+_\d+_1/)
    await page.getByRole("heading", { level: 1, name: "sum subtracts" }).waitFor()
    await page.goto("/new")
    await page.getByRole("tab", { name: "A new issue" }).click()
    await page.getByLabel("Repository").fill("acme/by-hand")
    await page.getByLabel("Title").fill("double triples")
    await page.getByLabel("What is wrong").fill("`double(2)` is 6.")
    await page.getByRole("button", { name: "Let Loom resolve it" }).click()
    await page.getByRole("heading", { level: 1, name: "double triples" }).waitFor()
    const issues = await journey.rest<ReadonlyArray<{ readonly title: string }>>("/repos/acme/by-hand/issues")
    assert.include(
      issues.map(({ title }) => title),
      "double triples",
    )
  })
})

describe("the status page where people sign in", () => {
  let journey: Journey
  let browser: Browser
  let taskId: string
  beforeAll(async () => {
    ;[journey, browser] = await Promise.all([startJourney("page-sign-in", { LOOM_LOCAL_USER: "", LOOM_PUBLIC_STATUS: "false" }), launch()])
    const repository = await journey.world.github.addRepository({
      owner: "acme",
      name: "secret",
      private: true,
      files: Object.fromEntries(library()),
    })
    journey.world.github.setCollaborator("acme", "secret", "ada", "write")
    const { number } = await journey.world.github.openIssue("acme", "secret", { title: "nobody may know", author: "ada" })
    await journey.world.github.labelIssue("acme", "secret", number, "loom:ready", "ada")
    await journey.world.github.deliveriesIdle()
    taskId = `t_${repository.id}_${number}_1`
    journey.world.github.addUser({ login: "stan" })
  }, 300_000)
  afterAll(async () => {
    await browser.close()
    await journey.close()
  })

  const signIn = async (login: string): Promise<Page> => {
    const page = await (await browser.newContext({ baseURL: journey.world.url, reducedMotion: "reduce" })).newPage()
    page.setDefaultTimeout(120_000)
    await page.goto("/")
    await page.getByRole("link", { name: "Sign in", exact: true }).click()
    await page.getByLabel(login, { exact: true }).check()
    await page.locator("[name=decision][value=authorize]").click()
    await page.getByRole("button", { name: "Sign out" }).waitFor()
    return page
  }

  it("signs in and out, and shows what the person may see", async () => {
    const page = await signIn("ada")
    await page.getByRole("link", { name: "nobody may know" }).waitFor()
    await page.goto("/settings")
    await page.getByRole("list", { name: "Your sign-ins" }).getByRole("listitem").first().waitFor()
    await page.getByRole("button", { name: "Sign out", exact: true }).click()
    await page.getByRole("link", { name: "Sign in", exact: true }).waitFor()
    assert.strictEqual(await page.getByText("nobody may know").count(), 0)
  })

  it("shows nothing of a repository to who may not read it, and tells them nothing live", async () => {
    const page = await signIn("stan")
    await page.getByRole("heading", { name: "No tasks yet" }).waitFor()
    await page.goto(`/tasks/${taskId}`)
    await page.getByRole("alert").waitFor()
    assert.strictEqual(await page.getByText("nobody may know").count(), 0)
    const opened = await page.evaluate(
      (id) =>
        new Promise<boolean>((done) => {
          const socket = new WebSocket(`/api/v1/tasks/${id}/live`)
          socket.addEventListener("open", () => done(true))
          socket.addEventListener("error", () => done(false))
        }),
      taskId,
    )
    assert.isFalse(opened)
    await page.goto("/repositories")
    await page.getByRole("heading", { name: "No repository yet" }).waitFor()
  })
})
