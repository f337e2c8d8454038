import { Schema } from "effect"
import { Usage } from "./Usage.ts"

/** `GET /api/v1/usage`: the ledger by day and model, newest day first. */
export const UsageReport = Schema.Struct({
  /** First and last day, `YYYY-MM-DD` in UTC. */
  from: Schema.String,
  to: Schema.String,
  total: Usage,
  /** At most 1,000 rows; the oldest are left out. */
  days: Schema.Array(Schema.Struct({ day: Schema.String, provider: Schema.String, model: Schema.String, usage: Usage })),
})
export type UsageReport = typeof UsageReport.Type
