import { afterEach, beforeAll, describe, expect, it } from "vitest"
import { LOOM } from "../../test/browser.ts"
import { doors } from "../../test/doors.ts"
import { engineOf } from "../../test/engine.ts"
import { coordinator, migrated, newRepository, ring, run, stubOf, wishFor } from "../../test/fixtures.ts"

const { auth, publicStatus } = doors
beforeAll(async () => {
  await migrated()
  doors.publicStatus = false
  return () => void (doors.publicStatus = publicStatus)
})
afterEach(() => void (doors.auth = auth))

const codeOf = async (answer: Response) => [answer.status, (await answer.json<{ code?: string }>()).code]
const post = (): RequestInit => ({ method: "POST" })

describe("the local user", () => {
  const at = (url: string, headers: Record<string, string> = {}, init: RequestInit = {}) =>
    import("cloudflare:workers").then(({ exports }) => exports.default.fetch(new Request(url, { ...init, headers })))
  const own = { "sec-fetch-site": "same-origin" }
  const kindAt = async (url: string, headers: Record<string, string> = {}) =>
    (await (await at(url, { ...own, ...headers })).json<{ kind: string }>()).kind

  it("is whoever reaches Loom by a name of this machine, and by no other name", async () => {
    doors.auth = { ...auth, localUser: "ada", publicUrl: "http://127.0.0.1:8787" }
    expect(await (await at("http://127.0.0.1:8787/api/v1/me", own)).json()).toMatchObject({
      kind: "local",
      login: "ada",
      credential: "local",
    })
    for (const url of ["http://localhost:8787", "http://[::1]:8787"]) expect(await kindAt(`${url}/api/v1/me`)).toBe("local")
    for (const url of [LOOM, "http://evil.example:8787", "http://127.0.0.1.evil.example:8787", "http://localhost.evil.example"])
      expect(await kindAt(`${url}/api/v1/me`)).toBe("anonymous")
    // DNS rebinding behind something that rewrites the address: the browser's Host still tells.
    expect(await kindAt("http://127.0.0.1:8787/api/v1/me", { host: "evil.example:8787" })).toBe("anonymous")
    expect(await kindAt("http://127.0.0.1:8787/api/v1/me", { authorization: "Bearer wrong" })).toBe("anonymous")
    doors.auth = auth
    expect(await kindAt("http://127.0.0.1:8787/api/v1/me", { "x-forwarded-host": "127.0.0.1", "x-loom-local": "ada" })).toBe("anonymous")
  })

  it("is only who a browser says is on a page of this address, in headers that no page can set", async () => {
    doors.auth = { ...auth, localUser: "ada", publicUrl: "http://127.0.0.1:8787" }
    const me = "http://127.0.0.1:8787/api/v1/me"
    expect(await kindAt(me, { "sec-fetch-site": "none" })).toBe("local")
    // A rebound name whose page hides it (`MF-Original-URL` of wrangler dev): to the browser it is no trustworthy origin.
    for (const headers of [
      {},
      { referer: "http://127.0.0.1:8787/" },
      { "sec-fetch-site": "same-site" },
      { "sec-fetch-site": "cross-site" },
      { origin: "http://evil.example:8787", "sec-fetch-site": "same-origin" },
      { origin: "null" },
    ] as Array<Record<string, string>>)
      expect(await (await at(me, headers)).json()).toMatchObject({ kind: "anonymous" })
    expect((await at("http://127.0.0.1:8787/api/v1/tasks")).status).toBe(401)
    expect((await at("http://127.0.0.1:8787/api/v1/tasks", own)).status).toBe(200)
  })

  it("does nothing for another site's page, which needs no cookie to reach it", async () => {
    doors.auth = { ...auth, localUser: "ada", publicUrl: "http://127.0.0.1:8787" }
    const repository = newRepository()
    engineOf(repository.id).failStarts = 1_000
    const { taskId: task } = await run(coordinator.request(wishFor(repository)))
    while ((await stubOf(repository).stats()).outbox > 0) await ring(repository)
    const cancel = (headers: Record<string, string>) => at(`http://127.0.0.1:8787/api/v1/tasks/${task}/cancel`, headers, post())
    for (const headers of [
      {},
      { origin: "https://evil.example" },
      { origin: "http://127.0.0.1:3000", "sec-fetch-site": "same-site" },
    ] as Array<Record<string, string>>)
      expect(await codeOf(await cancel(headers))).toEqual([403, "cross_site"])
    expect((await cancel({ origin: "http://127.0.0.1:8787", "sec-fetch-site": "same-origin" })).status).toBe(202)
  })
})
