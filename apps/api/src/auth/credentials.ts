import type { Credentials } from "@loom/core/ports/Access"

const BEARER = /^Bearer ([\x21-\x7e]{1,512})$/i

/** The token of an `Authorization: Bearer` header; null for any other. */
export const bearerOf = (authorization: string | null): string | null => BEARER.exec(authorization ?? "")?.[1] ?? null

/** What a request says of who sends it: all that `Access.identify` takes. */
export const credentialsOf = (request: Request): Credentials => ({
  authorization: request.headers.get("authorization"),
  cookie: request.headers.get("cookie"),
  hosts: [URL.parse(request.url)?.host ?? "", ...hostHeaderOf(request)],
  isOwnPage: isOwnPage(request),
})

/**
 * Did a page of this Loom's send it? Browsers say so themselves, in words that no page can change (Fetch standard,
 * `Sec-Fetch-Site`; RFC 6454 section 7). `none`: a person, by an address or a bookmark. A name that was made to point at this
 * machine (DNS rebinding) is no trustworthy origin: its requests have no `Sec-Fetch-Site`, and its own name in `Origin`.
 */
export const isOwnPage = ({ headers, url }: Request, publicUrl: string | null = null): boolean => {
  const site = headers.get("sec-fetch-site")
  const origin = headers.get("origin")
  const isOwnOrigin = origin !== null && (origin === URL.parse(url)?.origin || origin === URL.parse(publicUrl ?? "")?.origin)
  if (origin !== null && !isOwnOrigin) return false
  return site === null ? isOwnOrigin : site === "same-origin" || site === "none"
}

const hostHeaderOf = (request: Request): ReadonlyArray<string> => {
  const host = request.headers.get("host")
  return host === null ? [] : [host]
}

/** A name that only this machine answers to (RFC 6761 section 6.3, RFC 1122 section 3.2.1.3), with or without a port. */
export const isLoopback = (host: string): boolean => /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i.test(host)
