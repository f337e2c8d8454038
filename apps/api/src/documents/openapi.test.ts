import { expect, it } from "vitest"
import { operations } from "../operations/all.ts"
import { problemCatalogue } from "../problems/catalogue.ts"
import { openApiDocument } from "./openapi.ts"
import { problemsOf } from "./problems-of.ts"

/** The client's types are generated from this file: `vitest run -u` on this test writes it anew. */
it("is what the client was generated from", async () => {
  await expect(`${JSON.stringify(openApiDocument("0.1.0"), null, 2)}\n`).toMatchFileSnapshot("../../../../packages/api-client/openapi.json")
})

it("names every operation once, and every problem of the catalogue that an operation can answer", () => {
  const ids = operations.map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
  const answered = new Set(operations.flatMap((operation) => [...problemsOf(operation).values()].flat()))
  const elsewhere = ["already_open", "same_intent", "unknown_task", "not_pending", "not_due", "no_slot", "no_attempt_left", "stale_run"]
  const never = new Set([...elsewhere, "not_waiting", "not_silent", "not_cancelling", "method_not_allowed"])
  expect(Object.keys(problemCatalogue).filter((code) => !never.has(code) && ![...answered].some((each) => each === code))).toEqual([])
})
