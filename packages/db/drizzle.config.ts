import { defineConfig } from "drizzle-kit"

// `pnpm exec drizzle-kit generate --config packages/db/drizzle.config.ts` from the root, after a change of schema.ts.
export default defineConfig({
  dialect: "sqlite",
  schema: ["./packages/db/src/schema.ts", "./packages/db/src/account-schema.ts"],
  out: "./migrations",
})
