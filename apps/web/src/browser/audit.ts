import axe, { type AxeResults } from "axe-core"
import type { Page } from "playwright-core"

/** What axe finds wrong on the page as it is now, WCAG 2.2 AA and best practices; empty when all is well. */
export const axeViolations = async (page: Page): Promise<ReadonlyArray<string>> => {
  await page.evaluate(axe.source)
  const results = await page.evaluate<AxeResults>("axe.run(document, { resultTypes: ['violations'] })")
  return results.violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(" ")} ${node.failureSummary ?? ""}`))
}

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

/** The whole page as a picture: by a window as high as the page, because a "full page" shot scrolls the log away from its end. */
export const screenshot = async (page: Page, path: string): Promise<void> => {
  const size = page.viewportSize()
  const height = await page.evaluate(() => document.documentElement.scrollHeight)
  await page.setViewportSize({ width: size?.width ?? 1280, height })
  await page.screenshot({ path })
  if (size !== null) await page.setViewportSize(size)
}
