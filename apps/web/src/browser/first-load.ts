import type { Page } from "playwright-core"

/** Lighthouse's "slow 4G": 1.6 Mbit/s down, 0.75 up, 150 ms there and back; and a processor four times slower than this one. */
const kbit = 1024 / 8
const slow = { offline: false, latency: 150, downloadThroughput: 1600 * kbit, uploadThroughput: 750 * kbit }
const cpuRate = 4

/** Makes a slow phone of the page's browser. Nothing is kept from one load to the next. */
export const slowPhone = async (page: Page) => {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send("Network.enable")
  await cdp.send("Emulation.setCPUThrottlingRate", { rate: cpuRate })
  await cdp.send("Network.emulateNetworkConditions", slow)
  return { forget: () => cdp.send("Network.clearBrowserCache") }
}

/** Milliseconds from navigation, by the browser's own clock, until `ready` is there and the page is free to take a tap. */
export const interactiveAfterMs = async (page: Page, address: string, ready: () => Promise<void>): Promise<number> => {
  await page.goto(address, { waitUntil: "commit" })
  await ready()
  return page.evaluate(() => new Promise<number>((done) => requestAnimationFrame(() => setTimeout(() => done(performance.now())))))
}
