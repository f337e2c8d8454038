import { Hono } from "hono"
import type { Env } from "../http/env.ts"
import { html, page } from "../web/html.ts"
import type { World } from "../world.ts"
import { consentPage, personNamed } from "./people.ts"
import { fieldsOf, parametersOf, refusal } from "./parameters.ts"
import { createUserAccessToken, randomText } from "./user-access-tokens.ts"

export const DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
const LIFE_S = 900
const SLOWER_S = 5
const POLICY = { "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'" }

/** The device flow: a program shows a code, and a person enters it here. RFC 8628, with GitHub's own errors. */
export function deviceRoutes(world: World): Hono<Env> {
  const routes = new Hono<Env>()
  const { store } = world

  routes.post("/login/device/code", async (c) => {
    const given = { ...c.req.query(), ...(await parametersOf(c)) }
    if (given.client_id !== world.app.clientId) return c.json({ error: "Not Found" }, 404)
    const letters = "BCDFGHJKLMNPQRSTVWXZ"
    const record = {
      deviceCode: randomText(40, "0123456789abcdef"),
      userCode: `${randomText(4, letters)}-${randomText(4, letters)}`,
      expiresAtMs: world.nowMs() + LIFE_S * 1000,
      intervalS: world.deviceIntervalS,
      lastPollMs: null,
      answer: null,
    }
    store.state.deviceCodes = [...store.state.deviceCodes.filter((other) => other.expiresAtMs > world.nowMs()), record]
    store.touch()
    return c.json({
      device_code: record.deviceCode,
      user_code: record.userCode,
      verification_uri: `${world.url}/login/device`,
      expires_in: LIFE_S,
      interval: record.intervalS,
    })
  })

  routes.get("/login/device", (c) => {
    const more = html`<p>
      <label
        >The code that your device shows: <input name="user_code" required autocomplete="off" value="${c.req.query("user_code") ?? ""}"
      /></label>
    </p>`
    return c.html(consentPage(world, { title: "Device activation", action: "/login/device", fields: {}, more }).text, 200, POLICY)
  })

  routes.post("/login/device", async (c) => {
    const form = fieldsOf(await c.req.parseBody())
    const wanted = (form.user_code ?? "").trim().toUpperCase()
    const record = store.state.deviceCodes.find(({ expiresAtMs, userCode }) => userCode === wanted && expiresAtMs > world.nowMs())
    const person = personNamed(world, form.login ?? "")
    const say = (text: string, status: 200 | 400) =>
      c.html(
        page(
          "Device activation",
          html`<h1>Device activation</h1>
            <p>${text}</p>`,
        ).text,
        status,
        POLICY,
      )
    if (!record || record.answer !== null || !person) return say("There is no such code, or it is used or expired.", 400)
    record.answer = form.decision === "cancel" ? "denied" : { userId: person.id }
    store.touch()
    return say(record.answer === "denied" ? "Cancelled." : "Congratulations, you're all set! Your device is now connected.", 200)
  })

  return routes
}

/** What a device is told that asks again. */
export function pollDevice(world: World, deviceCode: string): object {
  const { state } = world.store
  const record = state.deviceCodes.find((candidate) => candidate.deviceCode === deviceCode)
  if (!record) return refusal("incorrect_device_code", "The device_code provided is not valid.")
  const isTooSoon = record.lastPollMs !== null && world.nowMs() - record.lastPollMs < record.intervalS * 1000
  record.lastPollMs = world.nowMs()
  if (record.expiresAtMs <= world.nowMs()) return refusal("expired_token", "This 'device_code' has expired.")
  if (isTooSoon) {
    record.intervalS += SLOWER_S
    return { ...refusal("slow_down", "Too many requests have been made in the same timeframe."), interval: record.intervalS }
  }
  if (record.answer === null) return refusal("authorization_pending", "The authorization request is still pending.")
  state.deviceCodes = state.deviceCodes.filter((other) => other !== record)
  world.store.touch()
  return record.answer === "denied"
    ? refusal("access_denied", "The authorization request was denied.")
    : createUserAccessToken(world, record.answer.userId)
}
