import { Schema } from "effect"
import { AccessScope } from "./AccessScope.ts"
import { Allowance } from "./Account.ts"
import { Tier } from "./Tier.ts"

/** `GET /me`: who asks, as Loom sees them. */
export const Me = Schema.Struct({
  /** `local`: the user of this machine, without signing in. */
  kind: Schema.Literals(["anonymous", "user", "operator", "local"]),
  login: Schema.NullOr(Schema.String),
  accountId: Schema.NullOr(Schema.String),
  scopes: Schema.Array(AccessScope),
  /** What they were recognised by. */
  credential: Schema.NullOr(Schema.Literals(["session", "token", "operator_token", "local"])),
  tier: Schema.NullOr(Tier),
  /** The reason, where an operator has shut the account out. */
  blocked: Schema.NullOr(Schema.String),
  /** Null for who is not counted. */
  allowance: Schema.NullOr(Allowance),
  /** Where to sign in; null where that is not set up. */
  signInUrl: Schema.NullOr(Schema.String),
})
export type Me = typeof Me.Type
