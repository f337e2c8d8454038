import { answersUntilKilled, tasksOnDisk } from "./durability.ts"
import type { Contender } from "./contender.ts"
import type { DeliveryPool } from "./delivery-pool.ts"

const killAfter = 1_500

/** SIGKILL to a fresh Worker amid deliveries; then every task that was answered for must be in its file. */
export const killTest = async (pool: DeliveryPool, worker: Contender, state: string) => {
  const answered = await answersUntilKilled(pool, worker.url, killAfter, worker.kill)
  const kept = tasksOnDisk(state)
  const lost = answered.filter((id) => !kept.has(id)).length
  if (lost > 0) throw new Error(`${lost} of ${answered.length} answered deliveries were not on disk after SIGKILL`)
  return { answered: answered.length, onDisk: kept.size, lost }
}
