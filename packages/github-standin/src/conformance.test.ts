import { describe, expect, it } from "vitest"
import { createConformance, type Exchange } from "./conformance.ts"
import { REPOSITORY, startFixture } from "./testing/fixture.ts"

const label = {
  id: 1,
  node_id: "LA_1",
  url: "https://api.example/labels/bug",
  name: "bug",
  color: "ededed",
  default: false,
  description: null,
}
const exchange = (change: Partial<Exchange> = {}): Exchange => ({
  method: "POST",
  path: "/repos/acme/widgets/labels",
  query: {},
  requestBody: { name: "bug" },
  status: 201,
  responseBody: label,
  ...change,
})

function judge(change: Partial<Exchange>): Array<string> {
  const conformance = createConformance()
  conformance.checkExchange(exchange(change))
  return conformance.violations.map(({ operation, where, message }) => `${operation} ${where} ${message}`)
}

describe("the judge", () => {
  it("accepts what GitHub describes", () => {
    expect(judge({})).toEqual([])
    expect(
      judge({
        method: "GET",
        path: "/repos/acme/widgets/compare/main...feature/x",
        status: 404,
        requestBody: undefined,
        responseBody: { message: "Not Found", documentation_url: "x", status: "404" },
      }),
    ).toEqual([])
  })

  it.each<[string, Partial<Exchange>, RegExp]>([
    ["a response without a required field", { responseBody: { ...label, node_id: undefined } }, /issues\/create-label response .*node_id/],
    ["a field of the wrong type", { responseBody: { ...label, id: "1" } }, /\/id must be integer/],
    ["an address that is none", { responseBody: { ...label, url: "no address" } }, /must match format "uri"/],
    ["a request without a required key", { requestBody: { color: "ededed" } }, /request .*'name'/],
    ["a key GitHub does not know", { requestBody: { name: "bug", colour: "ededed" } }, /\/colour is unknown/],
    ["a query parameter GitHub does not know", { query: { page: "1" } }, /query page is unknown/],
    ["a status GitHub does not describe", { status: 200 }, /status 200 is not described/],
    ["an operation that is not served", { path: "/repos/acme/widgets/milestones" }, /POST \/repos\/acme\/widgets\/milestones operation/],
    ["a refusal in another form", { status: 403, responseBody: { message: 1 } }, /\/message must be string/],
  ])("catches %s", (_, change, message) => {
    expect(judge(change).join("\n")).toMatch(message)
  })

  it("catches a broken webhook, and one that does not exist", () => {
    const conformance = createConformance()
    conformance.checkWebhook({ event: "issues", payload: { action: "labeled" } })
    conformance.checkWebhook({ event: "issues", payload: { action: "invented" } })
    expect(conformance.violations.some(({ operation, message }) => operation === "issues-labeled" && message.includes("'issue'"))).toBe(
      true,
    )
    expect(conformance.violations.some(({ operation }) => operation === "issues-invented")).toBe(true)
  })

  it("sees what passes a running stand-in, such as a key the server ignored", async () => {
    const fixture = await startFixture()
    await fixture.github.addRepository({ owner: "acme", name: "widgets", files: { a: "a" } })
    const installed = await fixture.installed()
    await installed.request("POST /repos/{owner}/{repo}/issues", { ...REPOSITORY, title: "x", colour: "red" } as never)
    await installed.request("GET /repos/{owner}/{repo}/branches", { ...REPOSITORY, sorted: true } as never)
    expect(fixture.conformance.seen).toContain("issues/create 201")
    expect(fixture.conformance.seen).toContain("webhook issues-opened")
    expect(fixture.conformance.violations.map(({ message }) => message)).toEqual([
      "/colour is unknown: GitHub ignores it",
      "sorted is unknown: GitHub ignores it",
    ])
    await fixture.close()
  })
})
