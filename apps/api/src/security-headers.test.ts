import { assert, describe, it } from "@effect/vitest"
import { fakeScope } from "../test/fake-services.ts"
import { makeApi } from "./make-api.ts"

/** An address of every route there is, with a value for each parameter. */
const routes = makeApi()
  .routes.filter(({ method, path }) => method !== "ALL" && !path.includes("*") && !path.includes("webhooks"))
  .map(({ method, path }) => ({ method, path: path.replaceAll(/:\w+/g, "t_1_1_1") }))

/** The same for everybody, so anybody may keep them. */
const DOCUMENTS = ["/api/openapi.json", "/api/asyncapi.json", "/api/reference", "/api/reference.css"]

describe("every answer of the API", () => {
  it("lets nothing run, be framed, be guessed at or be kept, whatever its status", async () => {
    const { scope } = fakeScope()
    assert.isAbove(routes.length, 30)
    for (const { method, path } of [
      ...routes,
      { method: "GET", path: "/api/v1/nothing" },
      { method: "GET", path: "/auth/nothing" },
      { method: "PUT", path: "/api/v1/me" },
    ]) {
      const { headers, status } = await makeApi().request(path, { method, ...(method === "GET" ? {} : { body: "{" }) }, scope)
      const said = `${method} ${path} ${status}`
      const policy = headers.get("content-security-policy") ?? ""
      assert.match(policy, /default-src 'none'/, said)
      assert.match(policy, /frame-ancestors 'none'/, said)
      assert.notMatch(policy, /unsafe|script-src/, said)
      assert.match(headers.get("strict-transport-security") ?? "", /max-age=\d{8}/, said)
      assert.strictEqual(headers.get("x-content-type-options"), "nosniff", said)
      assert.strictEqual(headers.get("referrer-policy"), "no-referrer", said)
      const kept = DOCUMENTS.includes(path) ? /^public, max-age=\d{1,4}$/ : /^(no-store|private, no-cache)$/
      assert.match(headers.get("cache-control") ?? "", kept, said)
      assert.include(headers.get("permissions-policy") ?? "", "camera=()", said)
      assert.isNull(headers.get("access-control-allow-origin"), said)
      assert.match(headers.get("x-request-id") ?? "", /^[\w-]{8,64}$/, said)
    }
  })
})
