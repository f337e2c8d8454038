import { Effect, type Redacted } from "effect"
import { Access, type Principal } from "@loom/core/ports/Access"
import { isSameSecret } from "./signature.ts"

const ANONYMOUS: Principal = { kind: "anonymous", login: null, accountId: null, scopes: [] }
const OPERATOR: Principal = { kind: "operator", login: null, accountId: null, scopes: ["read", "write", "admin"] }

/** Access by settings alone: the holder of the operator's token may everything, anybody else reads where reads are public. */
export const settingsAccess = (settings: {
  readonly apiToken: Redacted.Redacted<string> | null
  readonly publicStatus: boolean
}): Access["Service"] =>
  Access.of({
    identify: ({ authorization }) =>
      Effect.promise(async () => {
        const given = /^Bearer ([\x21-\x7e]{1,512})$/i.exec(authorization ?? "")?.[1]
        const { apiToken } = settings
        return apiToken !== null && given !== undefined && (await isSameSecret(apiToken, given)) ? OPERATOR : ANONYMOUS
      }),
    readable: ({ kind }) => Effect.succeed(kind === "operator" || settings.publicStatus ? "all" : []),
    roleOn: ({ kind }) => Effect.succeed(kind === "operator" ? "admin" : settings.publicStatus ? "read" : "none"),
  })
