import { describe, expect, it } from "vitest"
import { axeViolations } from "./audit.ts"
import { row, useHarness } from "./harness.ts"

const harness = useHarness()

describe("giving Loom an issue by hand", () => {
  it("takes an issue's number, and leads to its task", async () => {
    const page = await harness.open("/new")
    await page.getByLabel("Repository").fill("not a name")
    await page.getByLabel("Issue number").fill("57")
    await page.getByRole("button", { name: "Let Loom resolve it" }).click()
    expect(harness.world.asked).toEqual([])
    await page.getByLabel("Repository").fill("acme/parser")
    await page.getByRole("button", { name: "Let Loom resolve it" }).click()
    await page.waitForURL("**/tasks/task-57")
    await page.getByText("Loom has taken the issue.").first().waitFor()
    expect(harness.world.asked).toEqual(["POST /tasks"])
  })

  it("opens an issue from title and text, and says why not where it is refused", async () => {
    const page = await harness.open("/new")
    await page.getByRole("tab", { name: "A new issue" }).click()
    await page.getByLabel("Repository").fill("acme/parser")
    await page.getByLabel("Title").fill("sum subtracts")
    await page.getByLabel("What is wrong").fill("`sum(2, 2)` is 0.")
    harness.world.trouble = "error"
    await page.getByRole("button", { name: "Let Loom resolve it" }).click()
    await page.getByRole("alert").getByText("The database does not answer.").waitFor()
    harness.world.trouble = "none"
    await page.getByRole("button", { name: "Let Loom resolve it" }).click()
    await page.waitForURL("**/tasks/task-57")
    // The same wish has the same key, so that it is done once whichever of the two arrived.
    expect(new Set(harness.world.keys).size).toBe(1)
  })
})

describe("the settings", () => {
  it("show a token once and revoke it only when that is confirmed", async () => {
    const page = await harness.open("/settings")
    await page.getByLabel("Name of a new token").fill("new")
    await page.getByRole("button", { name: "Make the token" }).click()
    await page.getByText("loom_onlyshownonce").waitFor()
    expect(await axeViolations(page)).toEqual([])
    await page.getByRole("button", { name: "Revoke" }).click()
    await page.getByRole("button", { name: "Revoke the token" }).click()
    await page.getByText("The token is revoked.").first().waitFor()
    expect(harness.world.asked).toEqual(["POST /me/tokens", "DELETE /me/tokens/tok_1"])
  })

  it("let an operator change a tier, block with a reason and let in again", async () => {
    const page = await harness.open("/settings")
    const ada = page.getByRole("list", { name: "Accounts" }).getByRole("listitem").filter({ hasText: "ada" }).first()
    await ada.getByLabel("Tier").selectOption("tester")
    await page.getByText("The account is changed.").first().waitFor()
    await ada.getByRole("button", { name: "Block" }).click()
    await page.getByLabel("Reason").fill("Too much")
    await page.getByRole("button", { name: "Block the account" }).click()
    await page.getByRole("alertdialog").waitFor({ state: "detached" })
    await page.getByRole("button", { name: "Unblock" }).click()
    await expect
      .poll(() => harness.world.asked, { timeout: 60_000 })
      .toEqual(["PATCH /accounts/u_1", "PATCH /accounts/u_1", "PATCH /accounts/u_2"])
  })

  it("ask who is nobody to sign in, and hide what is not theirs", async () => {
    harness.world.signedIn = false
    const page = await harness.open("/settings")
    expect(await page.getByRole("link", { name: "sign in with GitHub" }).getAttribute("href")).toBe("/auth/login?return_to=%2Fsettings")
    expect(await page.getByRole("heading", { name: "API tokens" }).count()).toBe(0)
    await page.goto("/tasks/task-57")
    await page.getByText("To stop or repeat this task,").waitFor()
    expect(await page.getByRole("button", { name: "Cancel" }).count()).toBe(0)
  })
})

it("filters the list by repository, from the list of repositories too", async () => {
  const page = await harness.open("/repositories")
  await page.getByRole("link", { name: "Its tasks" }).last().click()
  await page.waitForURL("**/?repository=acme%2Fwebsite")
  await row(page, "Older task number 1").first().waitFor()
  expect(await row(page, "split() breaks").count()).toBe(0)
  await page.getByLabel("Repository").selectOption("acme/parser")
  await row(page, "split() breaks").waitFor()
})
