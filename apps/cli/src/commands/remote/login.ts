import { hostname } from "node:os"
import { type ApiClient, ApiFailed, type DeviceCode, type DeviceToken, makeApiClient, type TokenScope } from "../../api-client.ts"
import { BadInput } from "../../CliError.ts"
import { printed } from "../../render/json.ts"
import { plain } from "../../render/text.ts"
import type { OrderNamed } from "../Order.ts"
import type { CommandContext } from "../start.ts"
import { addressOf } from "./connection.ts"
import { credentialsFile, keepCredential } from "./credentials.ts"

/** RFC 8628 section 3.5: `slow_down` adds five seconds to the interval, for good. */
const SLOWER_S = 5

/** Shows a code to enter at GitHub, waits until it was, and keeps the token. The token itself is printed nowhere. */
export const login = async (order: OrderNamed<"login">, context: CommandContext): Promise<number> => {
  const { colors, env, screen, signal } = context
  const { url } = addressOf(order.url, context)
  mustBePrivate(url)
  const api = makeApiClient(url, null)
  const device = await api.startDevice()
  const say = (text: string) => void process.stderr.write(`${text}\n`)
  say(`Open  ${colors.cyan(plain(device.verification_uri))}`)
  say(`enter ${colors.bold(plain(device.user_code))}`)
  say(colors.dim(`waiting for ${Math.round(device.expires_in / 60)} minutes at most; Ctrl-C ends it`))
  const { expiresAt, id, login: who, scopes, token } = await waitForToken(api, device, order.scope, signal)
  keepCredential(env, url, { token, tokenId: id, login: who, expiresAt })
  if (order.json) screen.write(printed({ url, login: who, scopes, expiresAt }))
  else {
    screen.write(`Signed in to ${url} as ${plain(who)}, to ${scopes.map(plain).join(", ")}, until ${new Date(expiresAt).toDateString()}.\n`)
    screen.write(colors.dim(`Kept in ${credentialsFile(env)}; \`loom logout\` revokes it.\n`))
  }
  return 0
}

/** A token must not cross a network in the clear. */
const mustBePrivate = (url: string): void => {
  const { hostname: host, protocol } = new URL(url)
  if (protocol === "http:" && !/^(localhost|127(\.\d+){3}|\[::1\])$/.test(host))
    throw new BadInput({ detail: `${url} would send the token in the clear. Give its https:// address.` })
}

/** Asks as often as it may, until the person has decided or the code is too old. */
export const waitForToken = async (
  api: Pick<ApiClient, "finishDevice">,
  device: DeviceCode,
  scope: TokenScope,
  signal: AbortSignal,
): Promise<DeviceToken> => {
  const wish = { device_code: device.device_code, scope, name: `loom on ${hostname()}`.slice(0, 100) }
  let intervalS = device.interval
  const endsAt = Date.now() + device.expires_in * 1_000
  for (;;) {
    await pause(intervalS * 1_000, signal)
    try {
      return await api.finishDevice(wish)
    } catch (error) {
      if (!(error instanceof ApiFailed)) throw error
      if (error.code === "slow_down") intervalS += SLOWER_S
      // A connection that broke says nothing of the code (RFC 8628 section 3.5); its age ends the wait.
      else if ((error.code !== "authorization_pending" && error.status !== null) || Date.now() > endsAt) throw error
    }
  }
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener("abort", () => (clearTimeout(timer), reject(signal.reason)), { once: true })
  })
