import { mkdirSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { bundleWorker } from "../../world/bundle.ts"
import { migrateDatabase } from "../../world/database.ts"
import { makeWorldDirectory } from "../../world/WorldDirectory.ts"
import { hasProgram, pins } from "../machine.ts"
import { startContender } from "./contender.ts"
import { makeDeliveryPool } from "./delivery-pool.ts"
import { tasksOnDisk } from "./durability.ts"
import { killTest } from "./kill-test.ts"
import { autocannon, connections, wrk } from "./load.ts"
import { installPeers } from "./peers.ts"
import { compare, measureRounds, type Plan, type Round, summary } from "./rounds.ts"

/** More deliveries than Loom answers in a round, so that each is a task of its own. */
const plan: Plan = { rounds: 5, seconds: 3, perRound: 36_000 }

/** Least share of the peer's answers per second (issue 2; facts/performance.md P2). */
const targets = { octokit: 0.25, bullmq: 0.75 } as const

/** What stands in README.md beside this folder. */
export const benchIntake = async (root: string, say: (text: string) => void) => {
  await using stack = new AsyncDisposableStack()
  const directory = makeWorldDirectory(root, "bench", false)
  stack.defer(directory.remove)
  say("bundling the Worker, signing deliveries")
  const [script] = await Promise.all([bundleWorker(root, directory), migrateDatabase(root, directory)])
  const pool = makeDeliveryPool((plan.rounds + 1) * plan.perRound)
  const peers = hasProgram("redis-server") || !hasProgram("wrk") ? await installPeers(root) : { problem: "redis-server is not on PATH" }
  const pin = pins()
  const generator = hasProgram("wrk") ? wrk(pool, directory.path, pin.client) : autocannon(pool, peers)

  const start = async (name: string, server: string, ...args: ReadonlyArray<string>) => {
    const program = fileURLToPath(new URL(server, import.meta.url))
    const contender = await startContender({
      name,
      args: [program, ...args],
      pin: pin.server,
      cwd: root,
      logFile: directory.file(`${name}.log`),
    })
    stack.defer(contender.kill)
    return contender
  }
  const folder = (...name: ReadonlyArray<string>) => {
    mkdirSync(directory.file(...name), { recursive: true })
    return directory.file(...name)
  }
  const state = folder("state", "v3")
  const loom = await start("loom", "worker-server.ts", script, state)
  const octokit = await start("octokit", "octokit-server.ts")
  const bullmq =
    "folder" in peers && hasProgram("redis-server") ? await start("bullmq", "bullmq-server.mjs", peers.folder, folder("redis")) : null
  const contenders = [loom, octokit, ...(bullmq === null ? [] : [bullmq])]

  const results = await measureRounds(contenders, generator, plan, say)
  const all = (one: typeof loom) => results.get(one) ?? []
  const counted = (one: typeof loom) => all(one).slice(1)

  say("killing a Worker amid deliveries")
  await loom.kill()
  const killState = folder("kill", "v3")
  const killed = await killTest(pool, await start("killed", "worker-server.ts", script, killState), killState)
  return {
    generator: generator.name,
    cores: pin.server.length === 0 ? "shared" : "servers on the first, generator on the second",
    connections,
    ...plan,
    bytesPerDelivery: Buffer.byteLength(pool.parts.join("0000000")),
    contenders: Object.fromEntries(contenders.map((one) => [one.name, summary(counted(one))])),
    ratioToOctokit: compare(counted(loom), counted(octokit), targets.octokit),
    ratioToBullmq:
      bullmq === null
        ? { skipped: "problem" in peers ? peers.problem : "redis-server is not on PATH" }
        : compare(counted(loom), counted(bullmq), targets.bullmq),
    durable: { ...durable(all(loom), tasksOnDisk(state).size), killed },
  }
}

/** Every answer stands for a task on disk, and nothing else but what was under way when a round ended does. */
const durable = (rounds: ReadonlyArray<Round>, tasks: number) => {
  const answered = rounds.reduce((total, { answers }) => total + answers, 0)
  const underWay = tasks - answered
  if (underWay < 0 || underWay > rounds.length * connections)
    throw new Error(`${answered} deliveries were answered and ${tasks} tasks are on disk`)
  if (rounds.some(({ answers }) => answers > plan.perRound))
    throw new Error(`a round had more answers than deliveries (${plan.perRound}): raise perRound`)
  return { answered, tasksOnDisk: tasks, underWayAtRoundEnds: underWay }
}
