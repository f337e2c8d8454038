import { readFile, rm } from "node:fs/promises"
import type { Browser, BrowserContextOptions, Page } from "playwright-core"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { axeViolations, overflowPx, screenshot, smallTargets } from "./audit.ts"
import { buildPage, scriptBytes } from "./build.ts"
import { launch } from "./chromium.ts"
import { serve } from "./serve.ts"
import { completed, detail, logLine, makeWorld, verifyingStages, type World } from "./world.ts"

let browser: Browser
let dist: string
let world: World
let server: Awaited<ReturnType<typeof serve>>
/** What the browser complained about: exceptions, violations of the content security policy, console errors. */
let complaints: Array<string>

const open = async (path: string, options: BrowserContextOptions = {}): Promise<Page> => {
  const page = await (await browser.newContext({ baseURL: server.origin, reducedMotion: "reduce", ...options })).newPage()
  page.setDefaultTimeout(15_000)
  page.on("pageerror", (error) => complaints.push(String(error)))
  // A refused or failed request is the test's own doing; everything else is not.
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) complaints.push(message.text())
  })
  await page.goto(path)
  return page
}

beforeAll(async () => {
  dist = await buildPage()
  browser = await launch()
}, 120_000)
afterAll(async () => {
  await browser.close()
  await rm(dist, { recursive: true })
})
beforeEach(async () => {
  world = makeWorld()
  complaints = []
  server = await serve(dist, world)
})
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()))
  await server.close()
  if (complaints.length > 0) throw new Error(`The browser complained: ${complaints.join("\n")}`)
})

const row = (page: Page, title: string) => page.getByRole("list", { name: "Tasks" }).getByRole("listitem").filter({ hasText: title })

/** What the log says of its first `count` lines when these levels are left out. */
const linesShown = (count: number, ...without: ReadonlyArray<string>) =>
  `${Array.from({ length: count }, (_, i) => logLine(i + 1)).filter((line) => !without.includes(line.level)).length} of ${count} lines`

it("is less than 100 kB of compressed script, all pages together", () => {
  expect(scriptBytes(dist)).toBeLessThan(100_000)
})

describe("the list of tasks", () => {
  it("shows 25 a page, pages on, filters and searches by its address", async () => {
    const page = await open("/")
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
    const page = await open("/")
    await row(page, "split() breaks").getByText("Working").waitFor()
    world.tasks.set("task-57", detail(completed))
    await row(page, "split() breaks").getByText("Done").waitFor()
    expect(await row(page, "split() breaks").getByRole("link", { name: "Pull request #58" }).getAttribute("href")).toBe(
      "https://github.example/acme/parser/pull/58",
    )
  })

  it("says what to do when there is no task", async () => {
    world.tasks.clear()
    const page = await open("/")
    await page.getByText("Put the label loom:ready on an issue").waitFor()
    expect(await axeViolations(page)).toEqual([])
  })
})

describe("the page of a task", () => {
  it("follows stages and log to the end, announces them, and keeps every line once", async () => {
    const page = await open("/tasks/task-57")
    const current = page.locator("[aria-current=step]")
    await current.getByText("Write the change").waitFor()
    await page.getByText(linesShown(230, "debug")).waitFor()

    world.logs.get("task-57")?.push(...Array.from({ length: 170 }, (_, i) => logLine(231 + i)))
    world.tasks.set("task-57", detail({ stage: "verify", stages: verifyingStages }))
    await current.getByText("Test the change").waitFor()
    await page
      .locator("[data-announcer]")
      .getByText("Write the change: finished. Changed 2 files in 9 turns. Test the change: started.")
      .waitFor({ state: "attached" })

    world.tasks.set("task-57", detail(completed))
    await page.getByRole("heading", { name: "No new failures" }).waitFor()
    world.logs.get("task-57")?.push(logLine(401))
    await page.getByText(linesShown(401, "debug")).waitFor()
    await page.getByText("line 401:").waitFor()
    expect(await current.count()).toBe(0)
    await page.getByRole("link", { name: "Draft pull request #58" }).waitFor()
    await page.getByRole("row", { name: "passed 41 43" }).waitFor()
    await page.getByText("Message at test/locale.test.ts:18").click()
    await page.getByText("expected '31.12.2025' to equal").waitFor()

    await page.getByLabel("Level").selectOption("Errors")
    await page.getByText(linesShown(401, "debug", "info", "warn")).waitFor()
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Download as NDJSON" }).click()])
    const lines = (await readFile(await download.path(), "utf8"))
      .trimEnd()
      .split("\n")
      .map((line): unknown => JSON.parse(line))
    expect(lines).toEqual(Array.from({ length: 401 }, (_, i) => logLine(i + 1)))
  })

  it("keeps a long log out of the document but in reach", async () => {
    world.logs.set(
      "task-57",
      Array.from({ length: 20_000 }, (_, i) => ({ ...logLine(i + 1), level: "info" as const })),
    )
    const page = await open("/tasks/task-57")
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
    const page = await open("/tasks/task-12")
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
    world.trouble = trouble
    const page = await open("/")
    await page.getByRole("alert").getByText(words).waitFor()
    expect(await axeViolations(page)).toEqual([])
    world.trouble = "none"
    await page.getByRole("button", { name: button }).click()
    await row(page, "split() breaks").waitFor()
    expect(await page.getByRole("alert").count()).toBe(0)
  })

  it("keeps what it shows while the server is away, and goes on by itself", async () => {
    const page = await open("/tasks/task-57")
    await page.getByText(linesShown(230, "debug")).waitFor()
    world.trouble = "away"
    await page.getByText("Loom can't be reached.").waitFor()
    await page.getByText("What you see is of").waitFor()
    world.tasks.set("task-57", detail(completed))
    world.trouble = "none"
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
      const page = await open(path)
      await page.getByText(words).waitFor()
      await page.getByRole("main").getByRole("link").first().click()
      await row(page, "split() breaks").waitFor()
      expect(new URL(page.url()).pathname).toBe("/")
    }
  })
})

describe("for everyone", () => {
  const pages = [
    ["/", "Crash on start"],
    ["/tasks/task-57", "line 229"],
    ["/tasks/task-12", "What to do"],
    ["/tasks/task-58", "Fixed"],
    ["/health", "bubblewrap is missing"],
    ["/nowhere", "Nothing is at"],
  ] as const
  const views = (["light", "dark"] as const).flatMap((colorScheme) => [360, 1280].map((width) => ({ colorScheme, width })))

  it.each(views)(
    "every page is free of axe violations, fits and has large targets: $colorScheme, $width px",
    async ({ colorScheme, width }) => {
      world.tasks.set("task-58", detail({ ...completed, id: "task-58" }))
      for (const [path, words] of pages) {
        const page = await open(path, { colorScheme, viewport: { width, height: 800 } })
        await page.getByText(words).first().waitFor()
        const shots = process.env["LOOM_SCREENSHOTS"]
        if (shots !== undefined) await screenshot(page, `${shots}/${path.slice(1).replace("/", "-") || "list"}-${width}-${colorScheme}.png`)
        const found = { path, overflow: await overflowPx(page), small: await smallTargets(page), axe: await axeViolations(page) }
        expect(found).toEqual({ path, overflow: 0, small: [], axe: [] })
        const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor)
        expect(ground).toBe(colorScheme === "light" ? "rgb(247, 246, 243)" : "rgb(19, 18, 26)")
        await page.context().close()
      }
    },
    120_000,
  )

  it("works by keyboard alone", async () => {
    const page = await open("/")
    await row(page, "split() breaks").waitFor()
    const focused = () => page.evaluate(() => `${document.activeElement?.tagName} ${document.activeElement?.textContent}`)
    await page.keyboard.press("Tab")
    expect(await focused()).toBe("A Skip to the content")
    expect(await page.evaluate(() => document.activeElement?.getBoundingClientRect().top)).toBeGreaterThanOrEqual(0)
    for (const name of ["Loom", "Tasks", "Health"]) {
      await page.keyboard.press("Tab")
      expect(await focused()).toBe(`A ${name}`)
    }
    while (!(await focused()).includes("split() breaks")) await page.keyboard.press("Tab")
    expect(await page.evaluate(() => getComputedStyle(document.activeElement ?? document.body).outlineStyle)).toBe("solid")
    await page.keyboard.press("Enter")
    await page.waitForFunction(
      () => document.activeElement?.tagName === "H1" && document.activeElement.textContent?.includes("split() breaks"),
    )
    while (!(await page.evaluate(() => document.activeElement?.getAttribute("aria-label") === "Log lines")))
      await page.keyboard.press("Tab")
    await page.keyboard.press("Home")
    await page.getByRole("region", { name: "Log lines" }).getByText("line 1:").waitFor()
  })
})
