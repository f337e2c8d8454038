import { describe, expect, it } from "vitest"
import { axeViolations, overflowPx, smallTargets } from "./audit.ts"
import { row, useHarness } from "./harness.ts"
import { completed, detail } from "./world.ts"

const harness = useHarness()
const phone = { viewport: { width: 360, height: 800 } }
const sound = { overflow: 0, small: [], axe: [] }

describe("a task that is held", () => {
  it("is paused while it runs, says so, and goes on", async () => {
    const page = await harness.open("/tasks/task-57")
    await page.getByRole("button", { name: "Pause" }).click()
    await page.getByText("The task is being paused.").first().waitFor()
    await page.getByRole("heading", { name: "Paused", exact: true }).waitFor()
    await page.getByText("It was paused by ada.").first().waitFor()
    await page.locator("[data-announcer]").getByText("Task: Paused. It was paused by ada.").waitFor({ state: "attached" })
    expect(await page.getByRole("button", { name: "Pause" }).count()).toBe(0)
    await page.getByRole("button", { name: "Resume" }).press("Enter")
    await page.getByText("The task goes on.").first().waitFor()
    // The button that took the answer is there still, and the focus with it.
    await page.waitForFunction(() => document.activeElement?.textContent === "Pause")
    expect(harness.world.asked).toEqual(["POST /tasks/task-57/pause", "POST /tasks/task-57/resume"])
    expect(new Set(harness.world.keys).size).toBe(2)
  })

  it("says that it comes to rest, and can be cancelled meanwhile", async () => {
    harness.world.tasks.set("task-57", detail({ pausing: true }))
    const page = await harness.open("/tasks/task-57")
    await page.getByText("It is about to pause").waitFor()
    await page.getByRole("button", { name: "Pausing…" }).press("Enter")
    expect(harness.world.asked).toEqual([])
    await page.getByRole("button", { name: "Cancel" }).click()
    await page.getByRole("button", { name: "Cancel the task" }).waitFor()
  })

  it("goes back to an earlier stage when it is said what is lost", async () => {
    const page = await harness.open("/tasks/task-35")
    await page.getByRole("button", { name: "Go back…" }).click()
    const dialog = page.getByRole("alertdialog", { name: "Go back to an earlier stage?" })
    await dialog.getByText("What it did behind that is lost.").waitFor()
    expect(await dialog.getByRole("radio").count()).toBe(2)
    // The one that loses least is chosen until another one is.
    expect(await dialog.getByRole("radio", { name: /From writing the change/ }).isChecked()).toBe(true)
    await dialog.getByRole("button", { name: "Leave it" }).click()
    expect(harness.world.asked).toEqual([])
    await page.getByRole("button", { name: "Go back…" }).click()
    await dialog.getByRole("radio", { name: /From the plan/ }).check()
    await dialog.getByRole("button", { name: "Go back" }).click()
    await page.getByRole("button", { name: "Pause" }).waitFor()
    expect(harness.world.bodies).toEqual([{ from: "plan" }])
  })

  it("is paused before it starts", async () => {
    const page = await harness.open("/tasks/task-60")
    await page.getByRole("button", { name: "Pause" }).click()
    await page.getByRole("heading", { name: "Paused", exact: true }).waitFor()
    expect(harness.world.asked).toEqual(["POST /tasks/task-60/pause"])
  })

  it.each([
    ["needs_input", "Waiting for an answer on the issue", "Answer on the issue."],
    ["budget", "Waiting for more budget", "Raise the budget"],
    ["blocked", "Something is in its way", "Mend what is said above"],
  ] as const)("says for what it waits and what can be done: %s", async (waiting, title, remedy) => {
    harness.world.tasks.set("task-33", detail({ id: "task-33", status: "waiting", waiting, reason: "Because." }))
    const page = await harness.open("/tasks/task-33")
    await page.getByRole("heading", { name: title }).waitFor()
    await page.getByText(remedy).waitFor()
    await page.getByRole("button", { name: "Resume" }).waitFor()
    expect(await page.getByRole("group", { name: "Actions" }).getByRole("button").allTextContents()).toEqual(["Resume", "Cancel"])
  })

  it("is told apart in the list, and found by its filter", async () => {
    const page = await harness.open("/?status=waiting")
    await row(page, "Cache parsed patterns").getByText("Plan to approve").waitFor()
    await row(page, "Speed up the tokenizer").getByText("Paused", { exact: true }).waitFor()
    await row(page, "Speed up the tokenizer").getByText("It was paused by grace.").waitFor()
    expect(await page.getByLabel("Status").evaluate((select: HTMLSelectElement) => select.selectedOptions[0]?.text)).toBe(
      "Waiting or paused",
    )
    expect(await row(page, "split() breaks").count()).toBe(0)
  })

  it("says what stands in the way, and what to do about it", async () => {
    harness.world.refusal = {
      status: 409,
      title: "Conflict",
      detail: "The task has ended as completed.",
      remedy: "Look at its pull request.",
    }
    const page = await harness.open("/tasks/task-57")
    await page.getByRole("button", { name: "Pause" }).click()
    await page.getByText("The task has ended as completed. Look at its pull request.").waitFor()
    expect(await page.getByRole("button", { name: "Pause" }).count()).toBe(1)
  })
})

describe("a plan that waits", () => {
  it("is shown before anything else, and approved with a note", async () => {
    const page = await harness.open("/tasks/task-34", phone)
    await page.getByText("Escape the separator in src/split.ts").waitFor()
    expect(await page.getByRole("button", { name: "Cancel" }).count()).toBe(0)
    expect({ overflow: await overflowPx(page), small: await smallTargets(page), axe: await axeViolations(page) }).toEqual(sound)
    await page.getByLabel("Note (optional)").fill("  Keep the old name too.  ")
    await page.getByRole("button", { name: "Approve the plan" }).click()
    await page.getByText("The plan is approved.").first().waitFor()
    await page.getByRole("button", { name: "Approve the plan" }).waitFor({ state: "detached" })
    expect(harness.world.asked).toEqual(["POST /tasks/task-34/approve"])
    expect(harness.world.bodies).toEqual([{ note: "Keep the old name too." }])
  })

  it("keeps the note when the answer is refused", async () => {
    harness.world.refusal = { status: 403, title: "Forbidden", detail: "You may not write there.", remedy: "Ask somebody who may." }
    const page = await harness.open("/tasks/task-34")
    await page.getByLabel("Note (optional)").fill("Keep the old name too.")
    await page.getByRole("button", { name: "Approve the plan" }).click()
    await page.getByText("You may not write there. Ask somebody who may.").waitFor()
    expect(await page.getByLabel("Note (optional)").inputValue()).toBe("Keep the old name too.")
  })

  it("is made anew when that is confirmed", async () => {
    const page = await harness.open("/tasks/task-34")
    await page.getByRole("button", { name: "Another plan" }).click()
    await page.getByText("This plan is lost.").waitFor()
    expect(await axeViolations(page)).toEqual([])
    await page.getByRole("button", { name: "Make another plan" }).click()
    await page.getByRole("button", { name: "Approve the plan" }).waitFor({ state: "detached" })
    expect(harness.world.asked).toEqual(["POST /tasks/task-34/retry"])
    expect(harness.world.bodies).toEqual([{ from: "plan" }])
  })

  it("is rejected only when that is confirmed", async () => {
    const page = await harness.open("/tasks/task-34")
    await page.getByRole("button", { name: "Reject" }).click()
    const dialog = page.getByRole("alertdialog", { name: "Reject this plan?" })
    await dialog.getByRole("button", { name: "Go back" }).click()
    await dialog.waitFor({ state: "detached" })
    expect(harness.world.asked).toEqual([])
    await page.getByRole("button", { name: "Reject" }).click()
    await dialog.getByRole("button", { name: "Reject the plan" }).click()
    await page.getByText("The plan is rejected.").first().waitFor()
    expect(harness.world.asked).toEqual(["POST /tasks/task-34/cancel"])
  })

  it("is shown to who is nobody, without the answers", async () => {
    harness.world.signedIn = false
    const page = await harness.open("/tasks/task-34")
    await page.getByText("Escape the separator in src/split.ts").waitFor()
    await page.getByText("To approve or reject it,").waitFor()
    expect(await page.getByRole("button", { name: "Approve the plan" }).count()).toBe(0)
  })

  it("is asked for with a new task", async () => {
    const page = await harness.open("/new", phone)
    await page.getByLabel("Repository").fill("acme/parser")
    await page.getByLabel("Issue number").fill("57")
    await page.getByRole("switch", { name: /Show me the plan first/ }).press("Space")
    expect({ overflow: await overflowPx(page), small: await smallTargets(page), axe: await axeViolations(page) }).toEqual(sound)
    await page.getByRole("button", { name: "Let Loom resolve it" }).click()
    await page.waitForURL("**/tasks/task-57")
    expect(harness.world.bodies).toEqual([{ repository: "acme/parser", issueNumber: 57, approval: true }])
  })
})

describe("an ended task", () => {
  it("runs again from a stage that is offered, chosen by keyboard on a phone", async () => {
    harness.world.tasks.set("task-12", detail({ ...completed, id: "task-12", retryFrom: ["plan", "code", "verify", "publish"] }))
    const page = await harness.open("/tasks/task-12", phone)
    await page.getByRole("button", { name: "Run again…" }).press("Enter")
    const dialog = page.getByRole("alertdialog", { name: "Run this task again?" })
    await dialog.waitFor()
    expect({ overflow: await overflowPx(page), small: await smallTargets(page), axe: await axeViolations(page) }).toEqual(sound)
    const chosen = dialog.getByRole("radio", { name: /From the beginning/ })
    expect(await chosen.isChecked()).toBe(true)
    await chosen.focus()
    for (let i = 0; i < 3; i++) await page.keyboard.press("ArrowDown")
    expect(await dialog.getByRole("radio", { name: /From testing the change/ }).isChecked()).toBe(true)
    await dialog.getByRole("button", { name: "Run it" }).press("Enter")
    await page.waitForURL("**/tasks/task-57")
    expect(harness.world.bodies).toEqual([{ from: "verify" }])
  })

  it("offers no stage from which it can't go on", async () => {
    const page = await harness.open("/tasks/task-12")
    await page.getByRole("button", { name: "Run again…" }).click()
    expect(await page.getByRole("radio").count()).toBe(2)
    await page.getByRole("button", { name: "Run it" }).click()
    await page.waitForURL("**/tasks/task-57")
    harness.world.tasks.set("task-12", detail({ ...completed, id: "task-12" }))
    await page.goto("/tasks/task-12")
    await page.getByRole("button", { name: "Run again", exact: true }).click()
    await page.waitForURL("**/tasks/task-57")
    expect(harness.world.bodies).toEqual([{}, {}])
  })
})
