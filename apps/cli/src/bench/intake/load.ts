import { execFile } from "node:child_process"
import { writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { Schema } from "effect"
import { bodyOf, headersOf, type DeliveryPool } from "./delivery-pool.ts"
import type { Peers } from "./peers.ts"

/** What one generator run saw. `broken` counts connections that failed, `refused` answers that were not 2xx. */
export const LoadResult = Schema.Struct({
  answers: Schema.Int,
  refused: Schema.Int,
  broken: Schema.Int,
  seconds: Schema.Finite,
  p50Ms: Schema.Finite,
  p99Ms: Schema.Finite,
})
export type LoadResult = typeof LoadResult.Type

/** Deliveries `first` to `first + count - 1`, each once (again from the first when they run out), over 32 kept-alive connections. */
export interface LoadSpec {
  readonly url: string
  readonly seconds: number
  readonly first: number
  readonly count: number
}
export interface Generator {
  readonly name: string
  readonly run: (spec: LoadSpec) => Promise<LoadResult>
}

export const connections = 32
const parse = Schema.decodeSync(Schema.fromJsonString(LoadResult))

/** wrk with a Lua script: costs the machine least. `pin` leads its command. */
export const wrk = (pool: DeliveryPool, folder: string, pin: ReadonlyArray<string>): Generator => {
  const [template, signatures] = [join(folder, "template.lua"), join(folder, "signatures.txt")]
  // JSON.stringify writes no line breaks and no `]=======]`, so a long bracket holds a part byte for byte.
  writeFileSync(template, `return { ${pool.parts.map((part) => `[=======[${part}]=======]`).join(", ")} }\n`)
  writeFileSync(signatures, pool.signatures.join(""))
  const script = fileURLToPath(new URL("wrk.lua", import.meta.url))
  return {
    name: "wrk",
    run: async ({ url, seconds, first, count }) => {
      const flags = ["--threads", "1", "--connections", String(connections), "--duration", `${seconds}s`, "--latency", "--script", script]
      const [command = "", ...args] = [...pin, "wrk", ...flags, url, "--", template, signatures, String(first), String(count)]
      const { stdout } = await promisify(execFile)(command, args, { timeout: (seconds + 30) * 1_000 })
      return parse(stdout.trim().split("\n").at(-1) ?? "")
    },
  }
}

/** The part of autocannon's answer that is used. */
const Cannon = Schema.Struct({
  requests: Schema.Struct({ total: Schema.Int }),
  non2xx: Schema.Int,
  errors: Schema.Int,
  duration: Schema.Finite,
  latency: Schema.Struct({ p50: Schema.Finite, p99: Schema.Finite }),
})

/** autocannon, where there is no wrk. It costs about as much CPU as the servers: ratios to fast peers come out too kind. */
export const autocannon = (pool: DeliveryPool, peers: Peers): Generator => {
  if ("problem" in peers) throw new Error(`There is neither wrk nor autocannon: ${peers.problem}. To mend it: apt-get install wrk`)
  const fire: (options: object) => Promise<unknown> = createRequire(join(peers.folder, "package.json"))("autocannon")
  return {
    name: "autocannon",
    run: async ({ url, seconds, first, count }) => {
      let sent = 0
      const setupRequest = (request: object) => {
        const index = first + (sent++ % count)
        return { ...request, headers: headersOf(pool, index), body: bodyOf(pool, index) }
      }
      const answer = await fire({ url, connections, duration: seconds, requests: [{ method: "POST", setupRequest }] })
      const { requests, non2xx, errors, duration, latency } = await Schema.decodeUnknownPromise(Cannon)(answer)
      return { answers: requests.total, refused: non2xx, broken: errors, seconds: duration, p50Ms: latency.p50, p99Ms: latency.p99 }
    },
  }
}
