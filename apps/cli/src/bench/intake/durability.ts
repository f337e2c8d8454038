import { readdirSync } from "node:fs"
import { Agent, request } from "node:http"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { Schema } from "effect"
import { bodyOf, headersOf, type DeliveryPool } from "./delivery-pool.ts"
import { connections } from "./load.ts"

/** Ids of the tasks in the coordinators' SQLite files below `state`, read without any of Loom's code. The Worker must be dead. */
export const tasksOnDisk = (state: string): ReadonlySet<string> => {
  const files = readdirSync(state, { recursive: true, encoding: "utf8" }).filter((file) => /AgentCoordinator.*\.sqlite$/.test(file))
  return new Set(files.flatMap((file) => tasksOf(join(state, file))))
}

const Row = Schema.Struct({ id: Schema.String })

const tasksOf = (file: string): ReadonlyArray<string> => {
  // Not read-only: after a kill SQLite first takes over what is in the write-ahead log.
  using database = new DatabaseSync(file)
  const isCoordinator = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'tasks'").get() !== undefined
  return isCoordinator
    ? database
        .prepare("SELECT id FROM tasks")
        .all()
        .map((row) => Schema.decodeUnknownSync(Row)(row).id)
    : []
}

const Answer = Schema.fromJsonString(Schema.Struct({ taskId: Schema.String, status: Schema.Literal("pending") }))

/**
 * Sends deliveries over 32 connections and calls `kill` once `enough` were answered, with others under way. Resolves with the
 * task ids of all answers that came.
 */
export const answersUntilKilled = async (
  pool: DeliveryPool,
  url: string,
  enough: number,
  kill: () => Promise<void>,
): Promise<ReadonlyArray<string>> => {
  const answered: Array<string> = []
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  let next = 0
  let killing: Promise<void> | null = null
  const worker = async (): Promise<void> => {
    while (killing === null && next < pool.signatures.length) {
      const text = await deliver(agent, url, headersOf(pool, next), bodyOf(pool, next++))
      if (text === null) return
      answered.push(Schema.decodeSync(Answer)(text).taskId)
      if (answered.length === enough) killing = kill()
    }
  }
  await Promise.all(Array.from({ length: connections }, worker))
  agent.destroy()
  if (killing === null) throw new Error(`only ${answered.length} of ${enough} deliveries were answered`)
  await killing
  return answered
}

/** The body of the 202; null when the connection broke. */
const deliver = (agent: Agent, url: string, headers: Readonly<Record<string, string>>, body: string): Promise<string | null> =>
  new Promise((resolve, reject) => {
    const sent = request(url, { agent, method: "POST", headers: { ...headers, "content-length": Buffer.byteLength(body) } }, (response) => {
      let text = ""
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk))
      response.on("end", () =>
        response.statusCode === 202 ? resolve(text) : reject(new Error(`${response.statusCode}: ${text.slice(0, 300)}`)),
      )
      response.on("error", () => resolve(null))
    })
    sent.on("error", () => resolve(null))
    sent.end(body)
  })
