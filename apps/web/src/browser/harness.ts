import { rm } from "node:fs/promises"
import type { Browser, BrowserContextOptions, Page } from "playwright-core"
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest"
import { buildPage } from "./build.ts"
import { launch } from "./chromium.ts"
import { serve } from "./serve.ts"
import { logLine, makeWorld, type World } from "./world.ts"

/** The built page in Chromium, with a canned API that each test has anew. */
export interface Harness {
  readonly dist: string
  readonly world: World
  readonly origin: string
  readonly open: (path: string, options?: BrowserContextOptions) => Promise<Page>
  /** Opens nothing yet: for what has to be set up before the first request. */
  readonly blank: (options?: BrowserContextOptions) => Promise<Page>
}

/** Call once in a test file. Whatever the browser complains about, in exceptions or of the content security policy, fails the test. */
export const useHarness = (): Harness => {
  let browser: Browser
  let dist = ""
  let world: World
  let server: Awaited<ReturnType<typeof serve>>
  let complaints: Array<string> = []

  const blank = async (options: BrowserContextOptions = {}): Promise<Page> => {
    const page = await (await browser.newContext({ baseURL: server.origin, reducedMotion: "reduce", ...options })).newPage()
    page.setDefaultTimeout(120_000)
    page.on("pageerror", (error) => complaints.push(String(error)))
    // A refused or failed request is the test's own doing, as is the live feed that the canned API has not; everything else is not.
    page.on("console", (message) => {
      const text = message.text()
      if (message.type() === "error" && !text.startsWith("Failed to load resource") && !text.startsWith("WebSocket connection to"))
        complaints.push(text)
    })
    return page
  }
  beforeAll(async () => {
    dist = await buildPage()
    browser = await launch()
  }, 300_000)
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
  return {
    get dist() {
      return dist
    },
    get world() {
      return world
    },
    get origin() {
      return server.origin
    },
    blank,
    open: async (path, options) => {
      const page = await blank(options)
      await page.goto(path)
      return page
    },
  }
}

/** The task of the list that holds this text. */
export const row = (page: Page, title: string) => page.getByRole("list", { name: "Tasks" }).getByRole("listitem").filter({ hasText: title })

/** What the log says of its first `count` lines when these levels are left out. */
export const linesShown = (count: number, ...without: ReadonlyArray<string>) =>
  `${Array.from({ length: count }, (_, i) => logLine(i + 1)).filter((line) => !without.includes(line.level)).length} of ${count} lines`
