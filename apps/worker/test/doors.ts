import { Redacted } from "effect"
import type { AuthSettings } from "@loom/api/auth/AuthScope"
import { defaultTierLimits } from "@loom/core/domain/Tier"
import type { Settings } from "../src/LoomConfig.ts"

/** Where nobody listens: for tests that need no GitHub. */
const NOWHERE = "http://127.0.0.1:9"

/** Who comes in, as the test at hand wants it; `entry.ts` serves every request with these. */
export const doors: {
  auth: AuthSettings
  gate: Pick<Settings, "github" | "signIn">
  /** Null: by the request's `?closed`. */
  publicStatus: boolean | null
} = {
  auth: {
    publicUrl: "https://loom.test",
    cookieSecret: Redacted.make("0123456789abcdef0123456789abcdef"),
    operators: [],
    localUser: null,
    tiers: defaultTierLimits,
  },
  gate: {
    github: {
      appId: 1,
      appSlug: "loom",
      privateKey: Redacted.make("none"),
      webhookSecret: Redacted.make("none"),
      apiUrl: NOWHERE,
      gitUrl: NOWHERE,
    },
    signIn: { clientId: null, clientSecret: null },
  },
  publicStatus: null,
}
