import type { Credentials } from "@loom/core/ports/Access"

const BEARER = /^Bearer ([\x21-\x7e]{1,512})$/i

/** The token of an `Authorization: Bearer` header; null for any other. */
export const bearerOf = (authorization: string | null): string | null => BEARER.exec(authorization ?? "")?.[1] ?? null

/** What a request says of who sends it: all that `Access.identify` takes. */
export const credentialsOf = (request: Request): Credentials => ({
  authorization: request.headers.get("authorization"),
  cookie: request.headers.get("cookie"),
  hosts: [URL.parse(request.url)?.host ?? "", ...hostHeaderOf(request)],
})

const hostHeaderOf = (request: Request): ReadonlyArray<string> => {
  const host = request.headers.get("host")
  return host === null ? [] : [host]
}

/** A name that only this machine answers to (RFC 6761 section 6.3, RFC 1122 section 3.2.1.3), with or without a port. */
export const isLoopback = (host: string): boolean => /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i.test(host)
