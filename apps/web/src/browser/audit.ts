import { writeFile } from "node:fs/promises"
import axe, { type AxeResults } from "axe-core"
import type { Page } from "playwright-core"

/** What axe finds on the page as it is now, WCAG 2.2 AA and best practices. `violations` is empty when all is well; the others are rules. */
export const axeReport = async (page: Page) => {
  await page.evaluate(axe.source)
  const { incomplete, passes, violations } = await page.evaluate<AxeResults>("axe.run(document)")
  return {
    violations: violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(" ")} ${node.failureSummary ?? ""}`)),
    passed: passes.length,
    /** What axe leaves to people. */
    undecided: incomplete.map(({ id }) => id),
  }
}

export const axeViolations = async (page: Page): Promise<ReadonlyArray<string>> => (await axeReport(page)).violations

/** Pixels by which the page is wider than its window. */
export const overflowPx = (page: Page): Promise<number> =>
  page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth))

/** Controls that are shown and smaller than 44 by 44 pixels. */
export const smallTargets = (page: Page): Promise<ReadonlyArray<string>> =>
  page.evaluate(() =>
    [...document.querySelectorAll("a, button, input, select, summary")].flatMap((element) => {
      const { width, height } = element.getBoundingClientRect()
      // Half a pixel is rounding of the layout.
      return !element.checkVisibility() || element.closest("[aria-hidden=true]") !== null || (width >= 43.5 && height >= 43.5)
        ? []
        : [`${element.outerHTML.slice(0, 120)} is ${width} by ${height}`]
    }),
  )

const longestPx = 1_600

/**
 * The page as a small picture (WebP), its first 1,600 pixels: by a window of that height, because a "full page" shot scrolls the log
 * away from its end.
 */
export const screenshot = async (page: Page, path: string): Promise<void> => {
  const size = page.viewportSize() ?? { width: 1280, height: 800 }
  const height = await page.evaluate(() => document.documentElement.scrollHeight)
  await page.setViewportSize({ width: size.width, height: Math.min(height, longestPx) })
  const cdp = await page.context().newCDPSession(page)
  const { data } = await cdp.send("Page.captureScreenshot", { format: "webp", quality: 55 })
  await writeFile(path, data, "base64")
  await page.setViewportSize(size)
}
