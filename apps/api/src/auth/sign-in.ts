import { Clock, Effect, Redacted } from "effect"
import type { Context, Hono } from "hono"
import { html } from "hono/html"
import { returnTo } from "@loom/core/domain/return-to"
import { GitHubPeople } from "@loom/core/ports/GitHubPeople"
import type { ApiEnv } from "../ApiScope.ts"
import { isSameSecret } from "../signature.ts"
import type { AuthSettings } from "./AuthScope.ts"
import { newSecret, noSessionCookie, setTicketCookie, takeTicketCookie } from "./cookies.ts"
import { endSession, openSession, welcome } from "./open-session.ts"
import { challengeOf, verifierOf } from "./pkce.ts"
import { serve } from "./serve.ts"
import { notConfigured } from "./with-auth.ts"

const callbackOf = ({ publicUrl }: AuthSettings): string => `${publicUrl}/auth/callback`

/** A page for people, since a browser is there: no script, no style, and nothing of the request in it but GitHub's words, escaped. */
const stopped = (c: Context, status: 400 | 403 | 502, what: string, again: boolean): Response | Promise<Response> =>
  c.html(
    html`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <title>Sign-in did not work · Loom</title>
        </head>
        <body>
          <h1>Sign-in did not work</h1>
          <p>${what}</p>
          <p>${again ? html`<a href="/auth/login">Try again</a> · ` : ""}<a href="/">To Loom</a></p>
        </body>
      </html>`,
    status,
  )

/** GitHub's web application flow of the App, with state and PKCE. */
export const signInRoutes = (app: Hono<ApiEnv>): void => {
  app.get(
    "/auth/login",
    serve((c) =>
      Effect.fnUntraced(function* ({ settings }) {
        const state = newSecret()
        const challenge = yield* Effect.promise(async () => challengeOf(await verifierOf(settings.cookieSecret, state)))
        const url = yield* GitHubPeople.use((people) =>
          Effect.succeed(people.authorizeUrl({ state, challenge, redirectUri: callbackOf(settings) })),
        )
        if (url === null) return yield* notConfigured
        const nowMs = yield* Clock.currentTimeMillis
        yield* Effect.promise(() => setTicketCookie(c, settings, { state, returnTo: returnTo(c.req.query("return_to")) }, nowMs))
        return c.redirect(url, 302)
      }),
    ),
  )

  app.get(
    "/auth/callback",
    serve((c) =>
      Effect.fnUntraced(function* ({ settings }) {
        const nowMs = yield* Clock.currentTimeMillis
        const ticket = yield* Effect.promise(() => takeTicketCookie(c, settings, nowMs))
        const { code, error, state } = c.req.query()
        const isOurs = ticket !== null && (yield* Effect.promise(() => isSameSecret(Redacted.make(ticket.state), state ?? "")))
        if (ticket === null || !isOurs)
          return yield* Effect.promise(async () =>
            stopped(c, 400, "This browser did not begin this sign-in, or began it more than ten minutes ago.", true),
          )
        if (error !== undefined || code === undefined)
          return yield* Effect.promise(async () =>
            stopped(c, 403, error === "access_denied" ? "You declined at GitHub." : "GitHub refused.", true),
          )
        const verifier = yield* Effect.promise(() => verifierOf(settings.cookieSecret, ticket.state))
        return yield* GitHubPeople.use((people) => people.redeem({ code, verifier, redirectUri: callbackOf(settings) })).pipe(
          Effect.flatMap(welcome),
          Effect.flatMap((account) =>
            account.blocked === null
              ? Effect.map(openSession(c, settings, account), () => c.redirect(ticket.returnTo, 303))
              : Effect.promise(async () => stopped(c, 403, `An operator has blocked this account: ${account.blocked?.reason}`, false)),
          ),
          Effect.catchTags({
            SignInRefused: (refused) => Effect.promise(async () => stopped(c, 403, refused.message, true)),
            AccessUnavailable: (down) => Effect.promise(async () => stopped(c, 502, down.message, true)),
          }),
        )
      }),
    ),
  )

  app.post(
    "/auth/logout",
    serve((c) =>
      Effect.fnUntraced(function* ({ settings }) {
        yield* endSession(c)
        return c.body(null, 204, { "set-cookie": noSessionCookie(settings) })
      }),
    ),
  )
}
