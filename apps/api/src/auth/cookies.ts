import { Redacted } from "effect"
import type { Context } from "hono"
import { deleteCookie, generateCookie, setSignedCookie } from "hono/cookie"
import { parseSigned } from "hono/utils/cookie"
import { toBase64 } from "@loom/core/domain/base64"
import { sessionLife } from "@loom/core/domain/Session"
import type { AuthSettings } from "./AuthScope.ts"

type CookieSettings = Pick<AuthSettings, "publicUrl" | "cookieSecret">

const isSecure = ({ publicUrl }: CookieSettings): boolean => publicUrl.startsWith("https://")

/** `__Host-`: no other host, path or plain connection can set it (RFC 6265bis section 4.1.3.2). Over the http of one machine there is none. */
const nameOf = (settings: CookieSettings, name: string): string => (isSecure(settings) ? `__Host-${name}` : name)
const SESSION = "loom"
const TICKET = "loom-sign-in"
const TICKET_LIFE_S = 600

/** Lax: comes along when GitHub sends the browser back, and with nothing that another site posts or embeds. */
const optionsOf = (settings: CookieSettings, maxAgeS: number) =>
  ({ path: "/", httpOnly: true, secure: isSecure(settings), sameSite: "Lax", maxAge: maxAgeS }) as const

export const base64Url = (bytes: Uint8Array): string => toBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")
/** 256 random bits. */
export const newSecret = (): string => base64Url(crypto.getRandomValues(new Uint8Array(32)))

const readSigned = async (settings: CookieSettings, cookie: string | null, name: string): Promise<string | null> => {
  if (cookie === null || cookie.length > 8_192) return null
  const full = nameOf(settings, name)
  const found = await parseSigned(cookie, Redacted.value(settings.cookieSecret), full)
  const value = found[full]
  return typeof value === "string" ? value : null
}

export interface SessionCookie {
  readonly secret: string
  /** Seconds since the epoch: when the secret was made. */
  readonly madeAt: number
}

/** Null for none, for a forged one, and for any other text. */
export const readSessionCookie = async (settings: CookieSettings, cookie: string | null): Promise<SessionCookie | null> => {
  const [, secret, madeAt] = /^([\w-]{43})\.(\d{1,12})$/.exec((await readSigned(settings, cookie, SESSION)) ?? "") ?? []
  return secret === undefined ? null : { secret, madeAt: Number(madeAt) }
}

export const setSessionCookie = (c: Context, settings: CookieSettings, { madeAt, secret }: SessionCookie, maxAgeS: number): Promise<void> =>
  setSignedCookie(
    c,
    nameOf(settings, SESSION),
    `${secret}.${madeAt}`,
    Redacted.value(settings.cookieSecret),
    optionsOf(settings, Math.min(maxAgeS, sessionLife.absoluteMs / 1000)),
  )

/** A `Set-Cookie` that makes the browser forget its session. */
export const noSessionCookie = (settings: CookieSettings): string => generateCookie(nameOf(settings, SESSION), "", optionsOf(settings, 0))

/** A sign-in under way, known to the browser that began it and to no other. */
export interface Ticket {
  readonly state: string
  readonly returnTo: string
}

export const setTicketCookie = (c: Context, settings: CookieSettings, { returnTo, state }: Ticket, nowMs: number): Promise<void> =>
  setSignedCookie(
    c,
    nameOf(settings, TICKET),
    `${state} ${Math.floor(nowMs / 1000) + TICKET_LIFE_S} ${returnTo}`,
    Redacted.value(settings.cookieSecret),
    optionsOf(settings, TICKET_LIFE_S),
  )

/** Good for one try: it is gone from the browser with the answer. */
export const takeTicketCookie = async (c: Context, settings: CookieSettings, nowMs: number): Promise<Ticket | null> => {
  const value = await readSigned(settings, c.req.header("cookie") ?? null, TICKET)
  deleteCookie(c, nameOf(settings, TICKET), optionsOf(settings, 0))
  const [, state, until, returnTo] = /^([\w-]{43}) (\d{1,12}) (\/.*)$/.exec(value ?? "") ?? []
  return state === undefined || returnTo === undefined || Number(until) * 1000 < nowMs ? null : { state, returnTo }
}
