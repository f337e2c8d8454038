import { cpSync } from "node:fs"
import { madeOnce } from "./made-once.ts"
import type { WorldDirectory } from "./WorldDirectory.ts"
import { runWrangler } from "./wrangler.ts"

/**
 * Puts a D1 database with all migrations into the world's state. Migrating takes wrangler 1.6 s, so the empty migrated
 * database is made once and copied.
 */
export const migrateDatabase = async (root: string, directory: WorldDirectory): Promise<void> => {
  const template = await madeOnce({
    root,
    kind: "d1",
    inputs: ["wrangler.toml", "migrations", "node_modules/wrangler/package.json"],
    make: (folder) =>
      runWrangler(root, directory, {
        part: "the database",
        args: ["d1", "migrations", "apply", "loom", "--local", "--persist-to", folder],
        remedy: "Check the files in migrations/ and the d1_databases entry of wrangler.toml.",
      }),
  })
  cpSync(template, directory.file("state"), { recursive: true })
}
