import { writeFileSync } from "node:fs"
import { afterAll, describe, expect, it } from "vitest"
import { axeReport, overflowPx, screenshot, smallTargets } from "./audit.ts"
import { row, useHarness } from "./harness.ts"
import { completed, detail } from "./world.ts"

const harness = useHarness()

const reportOf = (rows: ReadonlyArray<string>) => `# What axe says of every page

Written with the pictures beside it (\`LOOM_SCREENSHOTS=docs/screenshots\`, \`apps/web/src/browser/everyone.test.ts\`, real Chromium). Every page is loaded with what it shows at its
fullest; a violation fails the test. "Left to people" are rules that axe could not decide.

| page | at | rules passed | violations | left to people |
|---|---|---|---|---|
${rows.join("\n")}
`

describe("for everyone", () => {
  const pages = [
    ["/", "Crash on start"],
    ["/tasks/task-57", "line 229"],
    ["/tasks/task-12", "What to do"],
    ["/tasks/task-33", "Waiting for an answer on the issue"],
    ["/tasks/task-34", "Add tests for each metacharacter"],
    ["/tasks/task-35", "It was paused by grace."],
    ["/tasks/task-58#tests", "Fixed"],
    ["/tasks/task-58#changes", "src/split.ts"],
    ["/tasks/task-58#gate", "A package of one file"],
    ["/tasks/task-58#plan", "Add tests for each metacharacter"],
    ["/tasks/task-58#proof", "SHA256:kX3p"],
    ["/tasks/task-58#cost", "All runs"],
    ["/new", "Issue number"],
    ["/repositories", "npm ci ended with exit code 1"],
    ["/health", "bubblewrap is missing"],
    ["/settings?repository=acme/parser", "did you mean"],
    ["/nowhere", "Nothing is at"],
  ] as const
  const nameOf = (path: string) => path.replace(/\?.*/, "").replace(/^\//, "").replace(/[/#]/g, "-") || "tasks"
  const views = (["light", "dark"] as const).flatMap((colorScheme) => [360, 1280].map((width) => ({ colorScheme, width })))

  const report: Array<string> = []
  afterAll(() => {
    const shots = process.env["LOOM_SCREENSHOTS"]
    if (shots !== undefined) writeFileSync(`${shots}/axe-report.md`, reportOf(report))
  })

  it.each(views)(
    "every page is free of axe violations, fits and has large targets: $colorScheme, $width px",
    async ({ colorScheme, width }) => {
      harness.world.tasks.set("task-58", detail({ ...completed, id: "task-58" }))
      for (const [path, words] of pages) {
        const page = await harness.open(path, { colorScheme, viewport: { width, height: 800 } })
        await page.getByText(words).first().waitFor()
        const shots = process.env["LOOM_SCREENSHOTS"]
        if (shots !== undefined) await screenshot(page, `${shots}/${nameOf(path)}-${width}-${colorScheme}.webp`)
        const { passed, undecided, violations } = await axeReport(page)
        report.push(`| ${path} | ${width} px, ${colorScheme} | ${passed} | ${violations.length} | ${undecided.join(", ")} |`)
        const found = { path, overflow: await overflowPx(page), small: await smallTargets(page), axe: violations }
        expect(found).toEqual({ path, overflow: 0, small: [], axe: [] })
        const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor)
        expect(ground).toBe(colorScheme === "light" ? "rgb(247, 246, 243)" : "rgb(19, 18, 26)")
        await page.context().close()
      }
    },
    300_000,
  )

  it("works by keyboard alone", async () => {
    const page = await harness.open("/")
    await row(page, "split() breaks").waitFor()
    const focused = () => page.evaluate(() => `${document.activeElement?.tagName} ${document.activeElement?.textContent}`)
    await page.keyboard.press("Tab")
    expect(await focused()).toBe("A Skip to the content")
    expect(await page.evaluate(() => document.activeElement?.getBoundingClientRect().top)).toBeGreaterThanOrEqual(0)
    for (const name of ["Loom", "Tasks", "New", "Repositories", "Health", "Settings"]) {
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
