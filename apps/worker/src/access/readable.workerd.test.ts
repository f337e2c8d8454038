import { env } from "cloudflare:workers"
import { Effect } from "effect"
import { afterAll, beforeAll, expect, it, vi } from "vitest"
import { rolesOf } from "@loom/api/auth/roles-of"
import type { RepositoryRef } from "@loom/core/domain/Repository"
import type { Principal } from "@loom/core/ports/Access"
import { databaseOf } from "@loom/db/Database"
import { knownRolesOf } from "@loom/db/KnownRolesD1"
import { migrated } from "../../test/fixtures.ts"

const MANY = 300
const FIRST_ID = 5_000_000
const OWNER = "big"
const HOUR = 3_600_000
const ada: Principal = { kind: "user", login: "ada", accountId: "u_77", scopes: ["read"] }

/** Loom knows 300 repositories of one owner, beside those of other files; Ada may see what `roles` says. */
const withMany = () => {
  const asked: Array<string> = []
  const hidden = new Set<string>()
  const people = {
    roleOf: (repository: RepositoryRef | string) =>
      Effect.sync(() => {
        const { name, owner } = typeof repository === "string" ? { owner: OWNER, name: repository.split("/")[1] ?? "" } : repository
        asked.push(name)
        return owner !== OWNER || hidden.has(name) ? ("none" as const) : ("read" as const)
      }),
  }
  const roles = rolesOf({ publicStatus: false }, { people, roles: knownRolesOf(databaseOf(env.DB)) })
  const seen = async () => {
    const found = await Effect.runPromise(roles.readable(ada))
    return found === "all" ? [] : found.filter((name) => name.startsWith(`${OWNER}/`))
  }
  return { asked, hidden, roles, seen }
}

beforeAll(async () => {
  await migrated()
  await env.DB.batch(
    Array.from({ length: MANY }, (_, n) =>
      env.DB.prepare("INSERT INTO repositories VALUES (?, 1, ?, ?, 0, 0, 0, 0, 0, 0, ?)").bind(FIRST_ID + n, OWNER, `r${n}`, n),
    ),
  )
})
// Other files share this database.
afterAll(() => env.DB.prepare("DELETE FROM repositories WHERE owner = ?").bind(OWNER).run())

it("whoever has 300 repositories sees all of them, within 20 look-ups a request, also when the five minutes of all are over", async () => {
  const { asked, hidden, roles, seen } = withMany()
  const known = (await env.DB.prepare("SELECT count(*) AS n FROM repositories").first<{ n: number }>())?.n ?? 0
  // Nobody has looked yet: each request goes on, and a single one is there at once.
  expect((await seen()).length).toBeLessThanOrEqual(20)
  expect(await Effect.runPromise(roles.roleOn(ada, `${OWNER}/r0`))).toBe("read")
  let requests = 1
  while ((await seen()).length < MANY) expect(++requests).toBeLessThan(Math.ceil(known / 20) + 2)
  const start = Date.now()
  vi.useFakeTimers({ toFake: ["Date"], now: start + 5 * 60_000 + 1_000 })
  try {
    asked.length = 0
    expect(await seen()).toHaveLength(MANY)
    expect(asked).toHaveLength(20)
    // What was taken away is gone when its turn has come, and within the hour whatever happens.
    hidden.add("r7")
    for (let n = 0; n < Math.ceil(known / 20); n++) await seen()
    expect(await seen()).toHaveLength(MANY - 1)
    vi.setSystemTime(start + 5 * 60_000 + 1_000 + HOUR + 60_000)
    asked.length = 0
    expect((await seen()).length).toBeLessThanOrEqual(20)
    expect(asked).toHaveLength(20)
  } finally {
    vi.useRealTimers()
  }
})
