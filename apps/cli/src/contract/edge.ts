import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { convertV4MiniflareOptions, Miniflare } from "miniflare"
import { workerAlone } from "../world/worker-alone.ts"
import { bundleEdge } from "./bundle-worker.ts"

export interface EdgeOptions {
  readonly root: string
  readonly variables: Readonly<Record<string, string>>
}

/** The Worker in workerd with its database migrated; no run is ever worked on. `url` leads straight to it. */
export const startEdge = async ({ root, variables }: EdgeOptions) => {
  const script = await bundleEdge(root)
  const miniflare = new Miniflare(
    convertV4MiniflareOptions(
      workerAlone(
        { path: "main.mjs", contents: script },
        { GITHUB_WEBHOOK_SECRET: "a secret of the tests", LOOM_PROJECTION_DELAY_MS: "1", ...variables },
      ),
    ),
  )
  await miniflare.ready
  const database = await miniflare.getD1Database("DB", "loom")
  const migrations = join(root, "migrations")
  for (const file of readdirSync(migrations)
    .filter((name) => name.endsWith(".sql"))
    .toSorted())
    for (const statement of readFileSync(join(migrations, file), "utf8").split("--> statement-breakpoint"))
      await database.prepare(statement).run()
  const url = (await miniflare.unsafeGetDirectURL("loom")).origin
  return {
    url,
    database,
    artifacts: await miniflare.getR2Bucket("ARTIFACTS", "loom"),
    [Symbol.asyncDispose]: () => miniflare.dispose(),
  }
}
export type Edge = Awaited<ReturnType<typeof startEdge>>
