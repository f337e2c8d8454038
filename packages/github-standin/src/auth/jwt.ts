import { createPublicKey, verify } from "node:crypto"
import { ApiError } from "../http/errors.ts"
import type { AppIdentity } from "../world.ts"

const MAX_LIFETIME_S = 600
/** GitHub's clock may differ from the App's by a little. */
const LEEWAY_S = 5

const undecodable = () => new ApiError(401, "A JSON web token could not be decoded")

/**
 * Checks an App's JSON web token: RS256, signed by the App's key, `iss` the client id or App id, not from the future, at most ten minutes.
 * https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
 */
export function checkAppJwt(token: string, app: AppIdentity, nowMs: number): void {
  const [header, payload, signature] = token.split(".")
  if (!header || !payload || !signature) throw undecodable()
  const { alg } = decode(header)
  const claims = decode(payload)
  const key = createPublicKey(app.privateKeyPem)
  if (alg !== "RS256" || !verify("sha256", Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, "base64url")))
    throw undecodable()
  if (String(claims.iss) !== app.clientId && String(claims.iss) !== String(app.id))
    throw new ApiError(401, "Integration must generate a public key")
  const now = nowMs / 1000
  if (typeof claims.iat !== "number" || claims.iat > now + LEEWAY_S) {
    throw new ApiError(401, "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued")
  }
  if (typeof claims.exp !== "number" || claims.exp <= now) {
    throw new ApiError(
      401,
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    )
  }
  if (claims.exp > now + MAX_LIFETIME_S + LEEWAY_S) throw new ApiError(401, "'Expiration time' claim ('exp') is too far in the future")
}

function decode(part: string): Record<string, unknown> {
  try {
    return JSON.parse(Buffer.from(part, "base64url").toString()) as Record<string, unknown>
  } catch {
    throw undecodable()
  }
}
