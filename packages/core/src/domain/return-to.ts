const HOME = "/"
const MAX_LENGTH = 1_000

/**
 * Where to go after signing in: a path of this Loom, or `/` for anything else. Browsers read `\` as `/`, drop tabs and line ends,
 * and take `//host` for another host; so only plain characters are let through, and the path is read once more as a browser
 * would read it (OWASP, "Unvalidated Redirects and Forwards").
 */
export const returnTo = (wanted: string | null | undefined): string => {
  if (wanted === null || wanted === undefined || wanted.length > MAX_LENGTH) return HOME
  if (!/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(wanted)) return HOME
  const origin = "https://loom.invalid"
  const url = URL.parse(wanted, origin)
  if (url === null || url.origin !== origin || url.pathname.startsWith("//")) return HOME
  // Signing in again, or out, is no place to come back to.
  return url.pathname.startsWith("/auth/") ? HOME : `${url.pathname}${url.search}${url.hash}`
}
