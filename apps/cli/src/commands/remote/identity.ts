import { type ApiClient, ApiFailed, makeApiClient } from "../../api-client.ts"
import { printed } from "../../render/json.ts"
import { plain } from "../../render/text.ts"
import type { OrderNamed } from "../Order.ts"
import type { CommandContext } from "../start.ts"
import type { Address } from "./connection.ts"
import { forgetCredential, readCredentials } from "./credentials.ts"

/** Whom Loom takes the asker for. */
export const whoami = async (api: ApiClient, order: OrderNamed<"whoami">, { screen }: CommandContext): Promise<number> => {
  const me = await api.me()
  if (order.json) {
    screen.write(printed(me))
    return 0
  }
  const { allowance, blocked, kind, login, scopes, tier } = me
  const lines = [
    `${login ?? "nobody by name"} (${kind}${tier === null ? "" : `, ${tier}`}); may ${scopes.length === 0 ? "do nothing" : scopes.join(", ")}`,
    ...(blocked === null ? [] : [`Blocked: ${blocked}`]),
    ...(allowance === null || allowance.limit === null
      ? []
      : [`${allowance.remaining ?? 0} of ${allowance.limit} requests left this hour`]),
  ]
  for (const line of lines) screen.write(`${plain(line)}\n`)
  return 0
}

/** Revokes the kept token, then forgets it: a Loom that does not answer keeps a token that can still be revoked. */
export const logout = async ({ url }: Address, order: OrderNamed<"logout">, { env, screen }: CommandContext): Promise<number> => {
  const kept = readCredentials(env).looms[url]
  if (kept !== undefined) {
    await makeApiClient(url, kept.token)
      .revokeToken(kept.tokenId)
      .catch((error: unknown) => {
        const isGone = error instanceof ApiFailed && (error.status === 401 || error.status === 404)
        if (!isGone) throw error
      })
    forgetCredential(env, url)
  }
  if (order.json) screen.write(printed({ url, signedOut: kept !== undefined }))
  else screen.write(kept === undefined ? `You were not signed in to ${url}.\n` : `Signed out of ${url}; its token is revoked.\n`)
  return 0
}
