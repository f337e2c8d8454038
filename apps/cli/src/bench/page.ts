import { rm } from "node:fs/promises"
import { buildPage } from "@loom/web/browser/build"
import { launch } from "@loom/web/browser/chromium"
import { interactiveAfterMs, slowPhone } from "@loom/web/browser/first-load"
import { serve } from "@loom/web/browser/serve"
import { makeWorld } from "@loom/web/browser/world"
import { distribution } from "./distribution.ts"

const rounds = 7
/** Issue 5: interactive on a slow phone. */
const targetMs = 2_000

/** The list of tasks, loaded by a slow phone that keeps nothing, from the built page and a canned API: until a task can be opened. */
export const benchPage = async (say: (text: string) => void) => {
  await using stack = new AsyncDisposableStack()
  say("building the page")
  const dist = await buildPage()
  stack.defer(() => rm(dist, { recursive: true }))
  const browser = await launch()
  stack.defer(() => browser.close())
  const server = await serve(dist, makeWorld())
  stack.defer(async () => void (await server.close()))
  const page = await (await browser.newContext({ viewport: { width: 360, height: 800 } })).newPage()
  const phone = await slowPhone(page)
  const times: Array<number> = []
  for (let index = 0; index <= rounds; index++) {
    await phone.forget()
    const ms = await interactiveAfterMs(page, server.origin, () =>
      page.getByRole("list", { name: "Tasks" }).getByRole("listitem").first().waitFor(),
    )
    // The first one also warms up the browser.
    if (index > 0) times.push(ms)
  }
  const interactive = distribution(times)
  return { phone: "CPU four times slower, slow 4G", interactive, target: targetMs, met: interactive.medianMs < targetMs }
}
