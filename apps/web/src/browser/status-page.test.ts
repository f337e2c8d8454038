import { readFile } from "node:fs/promises"
import { describe, expect, it } from "vitest"
import { axeViolations } from "./audit.ts"
import { linesShown, row, useHarness } from "./harness.ts"
import { completed, detail, logLine, verifyingStages } from "./world.ts"

const harness = useHarness()

describe("the list of tasks", () => {
  it("shows 25 a page, pages on, filters and searches by its address", async () => {
    const page = await harness.open("/")
    const rows = page.getByRole("list", { name: "Tasks" }).getByRole("listitem")
    await rows.nth(24).waitFor()
    expect(await rows.count()).toBe(25)
    await page.getByRole("link", { name: "Older", exact: true }).click()
    await page.getByText("Page 2").waitFor()
    await row(page, "Older task number 40").waitFor()
    await page.goBack()
    await row(page, "split() breaks").waitFor()

    await page.getByLabel("Search").fill("front matter")
    await page.waitForURL("**/?q=front+matter")
    await row(page, "YAML front matter").waitFor()
    await page.getByLabel("Status").selectOption("Failed")
    await page.getByRole("heading", { name: "No task matches" }).waitFor()
    await page.getByRole("link", { name: "Show all tasks" }).click()
    await row(page, "Crash on start").waitFor()
    expect(await page.getByLabel("Search").inputValue()).toBe("")
  })

  it("follows a task to its end without a reload", async () => {
    const page = await harness.open("/")
    await row(page, "split() breaks").getByText("Working").waitFor()
    harness.world.tasks.set("task-57", detail(completed))
    await row(page, "split() breaks").getByText("Done").waitFor()
    expect(await row(page, "split() breaks").getByRole("link", { name: "Pull request #58" }).getAttribute("href")).toBe(
      "https://github.example/acme/parser/pull/58",
    )
  })

  it("says what to do when there is no task", async () => {
    harness.world.tasks.clear()
    const page = await harness.open("/")
    await page.getByText("Put the label loom:ready on an issue").waitFor()
    expect(await axeViolations(page)).toEqual([])
  })
})

describe("the page of a task", () => {
  it("follows stages and log to the end, announces them, and keeps every line once", async () => {
    const page = await harness.open("/tasks/task-57")
    const current = page.locator("[aria-current=step]")
    await current.getByText("Write the change").waitFor()
    await page.getByText(linesShown(230, "debug")).waitFor()

    harness.world.logs.get("task-57")?.push(...Array.from({ length: 170 }, (_, i) => logLine(231 + i)))
    harness.world.tasks.set("task-57", detail({ stage: "verify", stages: verifyingStages }))
    await current.getByText("Test the change").waitFor()
    await page
      .locator("[data-announcer]")
      .getByText("Write the change: finished. Changed 2 files in 9 turns. Test the change: started.")
      .waitFor({ state: "attached" })

    harness.world.tasks.set("task-57", detail(completed))
    await page.getByRole("heading", { name: "No new failures" }).waitFor()
    harness.world.logs.get("task-57")?.push(logLine(401))
    await page.getByText(linesShown(401, "debug")).waitFor()
    await page.getByText("line 401:").waitFor()
    expect(await current.count()).toBe(0)
    await page.getByRole("link", { name: "Draft pull request #58" }).waitFor()

    await page.getByLabel("Level").selectOption("Errors")
    await page.getByText(linesShown(401, "debug", "info", "warn")).waitFor()
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Download as NDJSON" }).click()])
    const lines = (await readFile(await download.path(), "utf8"))
      .trimEnd()
      .split("\n")
      .map((line): unknown => JSON.parse(line))
    expect(lines).toEqual(Array.from({ length: 401 }, (_, i) => logLine(i + 1)))

    await page.getByLabel("Level").selectOption("All")
    await page.getByLabel("Search the log").fill("LINE 40:")
    await page.getByText("1 of 401 lines").waitFor()
    await page.getByLabel("Search the log").fill("nowhere at all")
    await page.getByText("No line holds this text").waitFor()
  })

  it("holds the log still while it is paused, and says what came meanwhile", async () => {
    const page = await harness.open("/tasks/task-57")
    await page.getByText(linesShown(230, "debug")).waitFor()
    await page.getByRole("switch", { name: "Pause" }).click()
    harness.world.logs.get("task-57")?.push(...Array.from({ length: 10 }, (_, i) => logLine(231 + i)))
    await page.getByText(`${linesShown(230, "debug")}, 10 new`).waitFor()
    expect(await page.getByText("line 240:").count()).toBe(0)
    await page.getByRole("switch", { name: "Pause" }).click()
    await page.getByText(linesShown(240, "debug")).waitFor()
  })

  it("shows the tests, the change, the gate, the plan, the proof and the cost, each behind its tab", async () => {
    harness.world.tasks.set("task-57", detail(completed))
    const page = await harness.open("/tasks/task-57#tests")
    const tab = (name: string) => page.getByRole("tab", { name })
    await page.getByRole("row", { name: "passed 41 43" }).waitFor()
    await page.getByText("Message at test/locale.test.ts:18").click()
    await page.getByText("expected '31.12.2025' to equal").waitFor()
    await tab("Changes").click()
    await page.getByText("3 files, 4 lines added, 1 removed.").waitFor()
    // Git's own quoting of a name with hidden characters stays as it is, and lines are text.
    await page.getByText("odd\\342\\200\\256name.txt").waitFor()
    await page.getByText("<script>globalThis.hacked=3</script>").waitFor()
    await page.getByText("++ b/not-a-header").waitFor()
    await page.getByText("A binary file").waitFor()
    expect(await page.evaluate(() => Reflect.get(globalThis, "hacked"))).toBeUndefined()
    await tab("Gate").click()
    await page.getByText("A package of one file").waitFor()
    await page.getByText("Risk 12 of 100").waitFor()
    await tab("Plan").click()
    await page.getByText("Escape the separator in src/split.ts").waitFor()
    await tab("Cost").click()
    await page.getByRole("row", { name: /All runs 7/ }).waitFor()
    await tab("Proof").click()
    await page.getByText("SHA256:kX3p").waitFor()
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Download the proof" }).click()])
    expect(JSON.parse(await readFile(await download.path(), "utf8"))).toHaveProperty("payloadType")
    expect(new URL(page.url()).hash).toBe("#proof")
  })

  it("asks before it cancels, and says what became of it", async () => {
    const page = await harness.open("/tasks/task-57")
    await page.getByRole("button", { name: "Cancel" }).click()
    const dialog = page.getByRole("alertdialog", { name: "Cancel this task?" })
    await dialog.getByRole("button", { name: "Go back" }).click()
    await dialog.waitFor({ state: "detached" })
    expect(harness.world.asked).toEqual([])
    // Focus returns to what opened it; Escape closes it too.
    await page.waitForFunction(() => document.activeElement?.textContent === "Cancel")
    await page.keyboard.press("Enter")
    await dialog.waitFor()
    expect(await axeViolations(page)).toEqual([])
    await page.keyboard.press("Escape")
    await dialog.waitFor({ state: "detached" })
    await page.getByRole("button", { name: "Cancel" }).click()
    await dialog.getByRole("button", { name: "Cancel the task" }).click()
    await page.getByText("The task is being cancelled.").first().waitFor()
    expect(harness.world.asked).toEqual(["POST /tasks/task-57/cancel"])
    expect(await axeViolations(page)).toEqual([])
  })

  it("keeps a long log out of the document but in reach", async () => {
    harness.world.logs.set(
      "task-57",
      Array.from({ length: 20_000 }, (_, i) => ({ ...logLine(i + 1), level: "info" as const })),
    )
    const page = await harness.open("/tasks/task-57")
    await page.getByText("20000 lines").waitFor()
    const log = page.getByRole("region", { name: "Log lines" })
    await log.getByText("line 20000:").waitFor()
    expect(await log.getByRole("listitem").count()).toBeLessThan(100)
    await log.press("Home")
    await log.getByText("line 1:").waitFor()
    await page.getByRole("button", { name: "Go to the newest line" }).click()
    await log.getByText("line 20000:").waitFor()
  })

  it("explains a failure, and shows what others wrote as text only", async () => {
    const page = await harness.open("/tasks/task-12")
    await page.getByRole("heading", { name: "Stopped: set up the sandbox" }).waitFor()
    await page.getByText("npm error code EUSAGE").waitFor()
    await page.getByText("then comment /loom retry on the issue").waitFor()
    await page.getByRole("heading", { name: `Crash on start <img src=x onerror="globalThis.hacked=1"> ⟨U+202E⟩gnp.exe` }).waitFor()
    expect(await page.locator("main img, main a[href^='javascript']").count()).toBe(0)
    expect(await page.evaluate(() => Reflect.get(globalThis, "hacked"))).toBeUndefined()
  })
})

describe("when something is wrong", () => {
  it.each([
    ["away", "Loom can't be reached.", "Try now"],
    ["error", "The database does not answer.", "Try now"],
    ["nonsense", "This page and the server have different versions", "Reload the page"],
  ] as const)("says so when the API is %s, and recovers by the button it offers", async (trouble, words, button) => {
    harness.world.trouble = trouble
    const page = await harness.open("/")
    await page.getByRole("alert").getByText(words).waitFor()
    expect(await axeViolations(page)).toEqual([])
    harness.world.trouble = "none"
    await page.getByRole("button", { name: button }).click()
    await row(page, "split() breaks").waitFor()
    await page.getByRole("alert").waitFor({ state: "detached" })
  })

  it("keeps what it shows while the server is away, and goes on by itself", async () => {
    const page = await harness.open("/tasks/task-57")
    await page.getByText(linesShown(230, "debug")).waitFor()
    harness.world.trouble = "away"
    await page.getByText("Loom can't be reached.").waitFor()
    await page.getByText("What you see is of").waitFor()
    harness.world.tasks.set("task-57", detail(completed))
    harness.world.trouble = "none"
    await page.getByRole("heading", { name: "No new failures" }).waitFor()
    // The log asks again in its own time.
    await page.getByText("can't be reached").waitFor({ state: "detached" })
    expect(await page.getByText(linesShown(230, "debug")).count()).toBe(1)
  })

  it("names an unknown task and an unknown page", async () => {
    for (const [path, words] of [
      ["/tasks/nothing", "No task has this id."],
      ["/nowhere", "Nothing is at this address."],
    ] as const) {
      const page = await harness.open(path)
      await page.getByText(words).waitFor()
      await page.getByRole("main").getByRole("link").first().click()
      await row(page, "split() breaks").waitFor()
      expect(new URL(page.url()).pathname).toBe("/")
    }
  })
})
