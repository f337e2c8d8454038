import { Effect, Schema, type Context } from "effect"
import { AccessUnavailable } from "@loom/core/ports/Access"
import { API_VERSION } from "../github-headers.ts"
import type { GitHubClient } from "./GitHubClient.ts"

type Client = Context.Service.Shape<typeof GitHubClient>

const TIMEOUT = "10 seconds"

/** GitHub's words are not repeated: what it says of a token may hold the token. */
const silent = (what: string) => new AccessUnavailable({ detail: `GitHub does not answer ${what}` })

/** One request, once. Any answer that is no JSON of this shape, and no answer, is `AccessUnavailable`. */
const ask = <A>(
  client: Client,
  what: string,
  url: string,
  init: { readonly method?: string; readonly headers: Record<string, string>; readonly body?: string },
  schema: Schema.Codec<A, unknown>,
): Effect.Effect<A, AccessUnavailable> =>
  Effect.tryPromise({
    try: async (signal) => {
      const response = await (client.fetch ?? globalThis.fetch)(url, {
        ...init,
        headers: { "user-agent": "loom", ...init.headers },
        redirect: "manual",
        signal,
      })
      const text = await response.text()
      return response.status === 204 ? null : (JSON.parse(text) as unknown)
    },
    catch: () => silent(what),
  }).pipe(
    Effect.timeoutOrElse({ duration: TIMEOUT, orElse: () => Effect.fail(silent(what)) }),
    Effect.flatMap((body) => Schema.decodeUnknownEffect(schema)(body).pipe(Effect.mapError(() => silent(`${what} as it describes`)))),
  )

/** `POST` of a form to `github.com/login/…`, answered with JSON. */
export const askLogin = <A>(client: Client, path: string, form: Readonly<Record<string, string>>, schema: Schema.Codec<A, unknown>) =>
  ask(
    client,
    path,
    `${client.webUrl}${path}`,
    {
      method: "POST",
      headers: { accept: "application/json", "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams(form).toString(),
    },
    schema,
  )

/** One REST operation with these credentials. */
export const askApi = <A>(
  client: Client,
  path: string,
  authorization: string,
  schema: Schema.Codec<A, unknown>,
  more: { readonly method?: string; readonly body?: string } = {},
) =>
  ask(
    client,
    path,
    `${client.apiUrl}${path}`,
    {
      ...more,
      headers: {
        authorization,
        accept: "application/vnd.github+json",
        "x-github-api-version": API_VERSION,
        ...(more.body === undefined ? {} : { "content-type": "application/json" }),
      },
    },
    schema,
  )
