import { createHash, timingSafeEqual } from "node:crypto"
import { Hono } from "hono"
import type { Env, RouteContext } from "../http/env.ts"
import { html, page } from "../web/html.ts"
import type { World } from "../world.ts"
import { DEVICE_GRANT, pollDevice } from "./device.ts"
import { fieldsOf, parametersOf, refusal } from "./parameters.ts"
import { consentPage, personNamed } from "./people.ts"
import { createUserAccessToken, endUserAccessToken, randomText } from "./user-access-tokens.ts"

const CODE_LIFE_MS = 10 * 60_000
const PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'"

/**
 * The web application flow of the App with PKCE, and the exchange of codes, device codes and refresh tokens.
 * https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-user-access-token-for-a-github-app
 */
export function signInRoutes(world: World): Hono<Env> {
  const routes = new Hono<Env>()
  const { app, store } = world

  const problemPage = (c: RouteContext, text: string) =>
    c.html(
      page(
        "Sign in",
        html`<h1>Sign in</h1>
          <p>${text}</p>`,
      ).text,
      400,
      { "content-security-policy": PAGE_POLICY },
    )

  /** What a request to authorize asks for, or what is wrong with it. */
  const wishOf = (query: Readonly<Record<string, string>>) => {
    const { client_id, redirect_uri = app.callbackUrls[0], state = "", code_challenge = "", code_challenge_method = "" } = query
    if (client_id !== app.clientId) return "There is no App with this client id."
    if (redirect_uri === undefined || !app.callbackUrls.includes(redirect_uri))
      return "The redirect_uri is not associated with this application."
    if (code_challenge !== "" && (code_challenge_method !== "S256" || !/^[\w-]{43}$/.test(code_challenge)))
      return "Only S256 code challenges of 43 characters are accepted."
    return { client_id, redirect_uri, state, code_challenge, code_challenge_method }
  }

  routes.get("/login/oauth/authorize", (c) => {
    const wish = wishOf(c.req.query())
    if (typeof wish === "string") return problemPage(c, wish)
    return c.html(consentPage(world, { title: `Sign in to ${app.name}`, action: "/login/oauth/authorize", fields: wish }).text, 200, {
      "content-security-policy": PAGE_POLICY,
    })
  })

  routes.post("/login/oauth/authorize", async (c) => {
    const form = fieldsOf(await c.req.parseBody())
    const wish = wishOf(form)
    if (typeof wish === "string") return problemPage(c, wish)
    const target = new URL(wish.redirect_uri)
    if (wish.state !== "") target.searchParams.set("state", wish.state)
    if (form.decision === "cancel") {
      target.searchParams.set("error", "access_denied")
      target.searchParams.set("error_description", "The user has denied your application access.")
      return c.redirect(target.toString(), 302)
    }
    const person = personNamed(world, form.login ?? "")
    if (!person) return problemPage(c, "There is no such person here.")
    const code = randomText(20, "0123456789abcdef")
    store.state.oauthCodes = [
      ...store.state.oauthCodes.filter((other) => other.expiresAtMs > world.nowMs()),
      {
        code,
        userId: person.id,
        redirectUri: wish.redirect_uri,
        challenge: wish.code_challenge || null,
        expiresAtMs: world.nowMs() + CODE_LIFE_MS,
      },
    ]
    store.touch()
    target.searchParams.set("code", code)
    return c.redirect(target.toString(), 302)
  })

  routes.post("/login/oauth/access_token", async (c) => {
    const answer = exchange(world, { ...c.req.query(), ...(await parametersOf(c)) })
    if ((c.req.header("accept") ?? "").includes("json")) return c.json(answer)
    return c.body(new URLSearchParams(Object.entries(answer).map(([name, value]) => [name, String(value)])).toString(), 200, {
      "content-type": "application/x-www-form-urlencoded; charset=utf-8",
    })
  })

  return routes
}

function exchange(world: World, given: Readonly<Record<string, string>>): object {
  const { app, store } = world
  if (given.client_id !== app.clientId) return refusal("incorrect_client_credentials", "The client_id is incorrect.")
  if (given.grant_type === DEVICE_GRANT) return pollDevice(world, given.device_code ?? "")
  if (!isSame(given.client_secret ?? "", app.clientSecret))
    return refusal("incorrect_client_credentials", "The client_id and/or client_secret passed are incorrect.")
  if (given.grant_type === "refresh_token") {
    const old = endUserAccessToken(
      world,
      (record) => record.refreshToken === given.refresh_token && record.refreshExpiresAtMs > world.nowMs(),
    )
    return old
      ? createUserAccessToken(world, old.userId)
      : refusal("bad_refresh_token", "The refresh token passed is incorrect or expired.")
  }
  const found = store.state.oauthCodes.find((record) => record.code === given.code && record.expiresAtMs > world.nowMs())
  // One try, whatever comes of it.
  store.state.oauthCodes = store.state.oauthCodes.filter((record) => record !== found)
  if (!found) return refusal("bad_verification_code", "The code passed is incorrect or expired.")
  if (given.redirect_uri !== undefined && given.redirect_uri !== found.redirectUri)
    return refusal("redirect_uri_mismatch", "The redirect_uri MUST match the registered callback URL for this application.")
  if (
    found.challenge !== null &&
    createHash("sha256")
      .update(given.code_verifier ?? "")
      .digest("base64url") !== found.challenge
  )
    return refusal("bad_verification_code", "The code_verifier does not fit the code_challenge.")
  return createUserAccessToken(world, found.userId)
}

const isSame = (left: string, right: string): boolean => {
  const [a, b] = [left, right].map((text) => createHash("sha256").update(text).digest())
  return a !== undefined && b !== undefined && timingSafeEqual(a, b)
}
