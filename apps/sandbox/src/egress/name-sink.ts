import type { Socket } from "node:dgram"
import { judgeTarget } from "@loom/core/domain/egress-policy"
import type { EgressRule } from "@loom/core/domain/SandboxProtocol"
import type { Refuse } from "./RefusalLog.ts"

const REFUSED = 5
const HEADER_BYTES = 12
const MAX_NAME_CHARS = 253

/** The name of the one question of a query (RFC 1035 4.1); null for anything else. Compression has no place in a question. */
export const questionOf = (query: Buffer): string | null => {
  if (query.length < HEADER_BYTES + 5 || (query.readUInt16BE(2) & 0x8000) !== 0 || query.readUInt16BE(4) !== 1) return null
  const labels: Array<string> = []
  let at = HEADER_BYTES
  for (let length = query[at] ?? 0; length !== 0; length = query[at] ?? 0) {
    if (length > 63 || at + 1 + length >= query.length) return null
    labels.push(query.toString("latin1", at + 1, at + 1 + length))
    at += 1 + length
  }
  const name = labels.join(".").toLowerCase()
  return name === "" || name.length > MAX_NAME_CHARS ? null : name
}

/** The query turned into an answer that says no, at once: without it a resolver waits for seconds. */
export const refusalOf = (query: Buffer): Buffer => {
  const answer = Buffer.from(query)
  answer.writeUInt16BE(0x8000 | (query.readUInt16BE(2) & 0x7900) | REFUSED, 2)
  return answer
}

/**
 * Where a name server would be. No name is resolved inside and no query leaves: the sink exists so that people are told which host a
 * program wanted that asked without the proxy. Names of one word and reverse look-ups say nothing about that.
 */
export const serveNameSink = (socket: Socket, rules: () => ReadonlyArray<EgressRule>, refuse: Refuse): void => {
  socket.on("message", (query, from) => {
    if (query.length < HEADER_BYTES) return
    const name = questionOf(query)
    if (name !== null && name.includes(".") && !name.endsWith(".arpa")) {
      const judged = judgeTarget(rules(), { host: name, port: 443 })
      refuse(name, null, "entry" in judged ? "asked for without the proxy" : judged.refused)
    }
    socket.send(refusalOf(query), from.port, from.address, () => undefined)
  })
  socket.on("error", () => undefined)
}
