import { concat, FLUSH, packet, packetAt } from "./pkt-line.ts"

/** One wish of a push (gitprotocol-pack, "Reference Update Request"). An oid of zeros means "no such ref". */
export interface RefUpdate {
  readonly oldOid: string
  readonly newOid: string
  readonly ref: string
}

export interface PushHead {
  readonly updates: ReadonlyArray<RefUpdate>
  readonly capabilities: ReadonlySet<string>
}

export type ParsedHead =
  | { readonly type: "head"; readonly head: PushHead }
  | { readonly type: "partial" }
  /** Not a command list that this gateway lets through: malformed, signed (`push-cert`) or too long. */
  | { readonly type: "refused"; readonly why: string }

/** One ref update is some 150 bytes; a run makes one of them. */
export const MAX_HEAD_BYTES = 64 * 1024

const UPDATE = /^([0-9a-f]{40}|[0-9a-f]{64}) ([0-9a-f]{40}|[0-9a-f]{64}) ([^\0\n ]+)$/

/** Reads the command list at the start of a receive-pack body. Call again with more bytes while `partial`. */
export const parseHead = (bytes: Uint8Array): ParsedHead => {
  const updates: Array<RefUpdate> = []
  let capabilities: ReadonlySet<string> | null = null
  let offset = 0
  for (;;) {
    if (offset > MAX_HEAD_BYTES) return { type: "refused", why: "the list of refs is too long" }
    const found = packetAt(bytes, offset)
    if (found.type === "malformed") return { type: "refused", why: "the push is malformed" }
    if (found.type === "partial") {
      return bytes.length > MAX_HEAD_BYTES ? { type: "refused", why: "the list of refs is too long" } : { type: "partial" }
    }
    if (found.type === "flush") return { type: "head", head: { updates, capabilities: capabilities ?? new Set() } }
    offset = found.end
    const [line = "", words] = found.text.split("\0", 2)
    if (/^shallow [0-9a-f]+\n?$/.test(line) && updates.length === 0) continue
    const [, oldOid, newOid, ref] = UPDATE.exec(line.replace(/\n$/, "")) ?? []
    if (oldOid === undefined || newOid === undefined || ref === undefined)
      return { type: "refused", why: "only plain ref updates may be pushed" }
    capabilities ??= new Set((words ?? "").trim().split(/\s+/))
    updates.push({ oldOid, newOid, ref })
  }
}

const isZero = (oid: string): boolean => /^0+$/.test(oid)

/** Null when the push is exactly one creation or update of `refs/heads/<branch>`; otherwise what git is to say. */
export const refusalOf = (head: PushHead, branch: string): string | null => {
  const only = `only ${branch} may be pushed by this run`
  if (head.capabilities.has("push-options")) return `${only}, without push options`
  if (head.updates.some((update) => update.ref !== `refs/heads/${branch}`)) return only
  if (head.updates.some((update) => isZero(update.newOid))) return `${branch} may not be deleted by this run`
  return head.updates.length > 1 ? `${only}, once` : null
}

/** Bytes of text in one side-band packet; far below the limit of 65,515. */
const MAX_WORDS = 1000

/**
 * The report-status answer to a refused push, so that git shows `! [remote rejected] … (loom: …)`; null when the client
 * asked for no report (gitprotocol-pack, "Report Status" and "side-band").
 */
export const refusalReport = (head: PushHead, why: string): Uint8Array<ArrayBuffer> | null => {
  if (!head.capabilities.has("report-status") && !head.capabilities.has("report-status-v2")) return null
  const words = `loom: ${why}`.replace(/\s+/g, " ").slice(0, MAX_WORDS)
  const report = concat([packet("unpack ok\n"), ...head.updates.map((update) => packet(`ng ${update.ref} ${words}\n`)), FLUSH])
  if (!head.capabilities.has("side-band-64k")) return report
  const band = (number: number, payload: Uint8Array) => packet(concat([Uint8Array.of(number), payload]))
  const slices: Array<Uint8Array> = []
  for (let at = 0; at < report.length; at += 60_000) slices.push(band(1, report.subarray(at, at + 60_000)))
  return concat([...slices, FLUSH])
}
