import { createHash } from "node:crypto"
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from "node:fs"
import { join } from "node:path"
import { WorldFailed } from "../CliError.ts"
import { spawnGuarded } from "./guarded-child.ts"
import type { WorldDirectory } from "./WorldDirectory.ts"
import { wranglerCommand, wranglerEnvironment } from "./wrangler.ts"

/**
 * Puts a D1 database with all migrations into `persistTo`. Migrating takes wrangler 1.6 s, so the empty migrated
 * database is kept in `.loom/cache` under the hash of all that makes it, and copied for every new world.
 */
export const migrateDatabase = async (root: string, directory: WorldDirectory): Promise<void> => {
  const cache = join(root, ".loom", "cache")
  const template = join(cache, `d1-${databaseHash(root)}`)
  if (!existsSync(template)) {
    mkdirSync(cache, { recursive: true })
    const making = `${template}.${process.pid}`
    await applyMigrations(root, directory, making)
    rename(making, template)
  }
  cpSync(template, directory.file("state"), { recursive: true })
}

/** sha-256, hex, of the migrations, the Worker's configuration and wrangler's version. */
export const databaseHash = (root: string): string => {
  const hash = createHash("sha256")
  const files = [
    join(root, "wrangler.toml"),
    join(root, "node_modules", "wrangler", "package.json"),
    ...readdirSync(join(root, "migrations"), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".sql"))
      .sort()
      .map((name) => join(root, "migrations", name)),
  ]
  for (const file of files) hash.update(file.slice(root.length)).update("\0").update(readFileSync(file)).update("\0")
  return hash.digest("hex")
}

const applyMigrations = async (root: string, directory: WorldDirectory, persistTo: string): Promise<void> => {
  const { command, args } = wranglerCommand(root, ["d1", "migrations", "apply", "loom", "--local", "--persist-to", persistTo])
  const child = await spawnGuarded({ command, args, cwd: root, env: wranglerEnvironment(process.env, directory.path), logFile: directory.file("migrations.log") })
  const { code } = await child.ended
  await child.kill()
  if (code !== 0) {
    throw new WorldFailed({
      part: "the database",
      detail: "`wrangler d1 migrations apply loom --local` failed.",
      remedy: "Check the files in migrations/ and the d1_databases entry of wrangler.toml.",
      logTail: child.log.tail(20),
    })
  }
}

/** Another process may have made the same template meanwhile: then ours is not needed. */
const rename = (from: string, to: string): void => {
  try {
    renameSync(from, to)
  } catch {
    rmSync(from, { recursive: true, force: true })
  }
}
