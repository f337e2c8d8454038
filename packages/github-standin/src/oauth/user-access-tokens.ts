import { randomInt } from "node:crypto"
import type { UserAccessTokenRecord } from "../store/records.ts"
import type { World } from "../world.ts"

/** Eight hours, and about six months. https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/refreshing-user-access-tokens */
const TOKEN_S = 28_800
const REFRESH_S = 15_897_600
const MAX_TOKENS = 1_000

const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
export const randomText = (length: number, letters = LETTERS): string =>
  Array.from({ length }, () => letters[randomInt(letters.length)]).join("")

/** The answer of `/login/oauth/access_token`. */
export function createUserAccessToken(world: World, userId: number) {
  const record: UserAccessTokenRecord = {
    token: `ghu_${randomText(36)}`,
    refreshToken: `ghr_${randomText(76)}`,
    userId,
    expiresAtMs: world.nowMs() + TOKEN_S * 1000,
    refreshExpiresAtMs: world.nowMs() + REFRESH_S * 1000,
  }
  const { state } = world.store
  state.userAccessTokens = [...state.userAccessTokens.filter((other) => other.refreshExpiresAtMs > world.nowMs()), record].slice(
    -MAX_TOKENS,
  )
  world.store.touch()
  return {
    access_token: record.token,
    expires_in: TOKEN_S,
    refresh_token: record.refreshToken,
    refresh_token_expires_in: REFRESH_S,
    scope: "",
    token_type: "bearer",
  }
}

/** The token that this was, which no longer works. */
export function endUserAccessToken(world: World, isIt: (record: UserAccessTokenRecord) => boolean): UserAccessTokenRecord | undefined {
  const { state } = world.store
  const found = state.userAccessTokens.find(isIt)
  state.userAccessTokens = state.userAccessTokens.filter((record) => record !== found)
  world.store.touch()
  return found
}
