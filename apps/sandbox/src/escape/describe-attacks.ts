import fs from "node:fs"
import { afterAll, beforeAll, describe, expect, it, type TestContext } from "vitest"
import type { Attack, Battlefield, Contained } from "./Attack.ts"
import { startBattlefield } from "./battlefield.ts"
import { hostState, settle, type HostState } from "./host-state.ts"
import { attacksOn, loadAttacks } from "./load-attacks.ts"
import type { EscapeRow } from "./table.ts"

declare module "vitest" {
  interface TaskMeta {
    /** For the table: how an attack was contained. */
    escape?: EscapeRow
  }
}

const TIMEOUT_MS = { short: 240_000, long: 600_000 }

/** Registers every attack of one lane on one isolator as a test, and a last one of what the daemon itself leaves. */
export const describeAttacks = async (isolator: Battlefield["isolator"], lane: "short" | "long"): Promise<void> => {
  const attacks = attacksOn(await loadAttacks(), isolator, lane === "long")
  const why = isolator === "container" && process.getuid?.() !== 0 ? " (skipped: only root may drop to another uid)" : ""
  describe.skipIf(why !== "")(`${isolator} holds${why}`, () => {
    let ground: Awaited<ReturnType<typeof startBattlefield>>
    beforeAll(async () => {
      ground = await startBattlefield(isolator)
    })
    afterAll(() => ground?.stop())

    for (const attack of attacks) {
      it(`${attack.group} ${attack.name}`, { timeout: TIMEOUT_MS[lane] }, async ({ task }) => {
        const startedAt = Date.now()
        const { contained, harm } = await fight(ground, attack)
        expect(harm).toEqual([])
        const { by, evidence } = contained
        note(task, { group: attack.group, attack: attack.name, isolator, by, evidence, ms: Date.now() - startedAt })
      })
    }

    it("21 the daemon itself leaves nothing when it stops", async () => {
      await ground.stop()
      const nothing: HostState = { processes: [], zombies: [], namespaces: [], mounts: [], cgroups: [], files: [] }
      expect(await settle(ground.scope, nothing)).toEqual([])
      expect(fs.existsSync(ground.scope.dataDir)).toBe(false)
    })
  })
}

const note = (task: TestContext["task"], row: EscapeRow) => {
  task.meta.escape = row
}

/** The attack, then what it did to the host. Where the attack was not held, the error tells both. */
const fight = async (
  ground: Awaited<ReturnType<typeof startBattlefield>>,
  attack: Attack,
): Promise<{ readonly contained: Contained; readonly harm: ReadonlyArray<string> }> => {
  const before = hostState(ground.scope)
  const field = await ground.field(attack.session)
  const outcome = await attack.run(field).then(
    (contained) => ({ contained }),
    (error: unknown) => ({ error }),
  )
  await field.session.close()
  const harm = [...(await ground.harm()), ...(await settle(ground.scope, before)).map((what) => `left behind: ${what}`)]
  if ("contained" in outcome) return { contained: outcome.contained, harm }
  if (harm.length > 0 && outcome.error instanceof Error) outcome.error.message += `\n${harm.join("\n")}`
  throw outcome.error
}
