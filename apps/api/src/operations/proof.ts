import { Effect, Schema } from "effect"
import { patchKey, proofKey, reportKey } from "@loom/core/domain/artifact-keys"
import { sha256Hex, toBase64, utf8 } from "@loom/core/domain/base64"
import { readEnvelope } from "@loom/core/domain/dsse"
import { ENVELOPE_TYPE, namedRuns, Statement } from "@loom/core/domain/Proof"
import { type PublicKey, printPublicKey } from "@loom/core/domain/ProofKey"
import { isOpen } from "@loom/core/domain/Task"
import type { TaskDetail } from "@loom/core/domain/TaskView"
import { Artifacts } from "@loom/core/ports/Artifacts"
import { findTaskFor } from "../find-task.ts"
import { type Asker, json, operation } from "../operation.ts"
import { Refused } from "../problem.ts"
import { ById, Text } from "../query.ts"

const read = { method: "get", tag: "Proof", access: "read", limit: null, status: 200 } as const
const at = (rest: string) => ({ path: `/api/v1/tasks/{id}/proof${rest}`, aliases: [`/api/tasks/{id}/proof${rest}`] })

const noProof = (task: TaskDetail) =>
  new Refused({
    code: "no_proof",
    detail: `Task ${task.id} is ${task.status} and has no proof.`,
    remedy: isOpen(task.status)
      ? "Ask again when the task has opened its pull request: the proof is made when a change is published."
      : "Only a change that the gate passed has one. See why this task has none: GET /api/v1/tasks/{id}.",
  })

const decodeStatement = Schema.decodeEffect(Schema.fromJsonString(Statement))
const keptProof = (taskId: string) => Artifacts.use((artifacts) => artifacts.get(proofKey(taskId)))

/** What was signed; null when there is nothing. */
const predicateOf = Effect.fnUntraced(function* (taskId: string) {
  const text = yield* keptProof(taskId)
  const sealed = text === null ? null : readEnvelope(utf8(text))
  if (sealed === null) return null
  return (yield* decodeStatement(new TextDecoder().decode(sealed.payload)).pipe(Effect.orDie)).predicate
})

/** The patch of the task's newest proof; null when there is none. */
export const provenPatch = Effect.fn("api.provenPatch")(function* (taskId: string) {
  const predicate = yield* predicateOf(taskId)
  return predicate === null ? null : yield* Artifacts.use((artifacts) => artifacts.get(patchKey(predicate.runId, predicate.patch.sha256)))
})

const getProof = operation({
  ...read,
  ...at(""),
  id: "getTaskProof",
  summary: "The signed proof of the change",
  description: "A DSSE envelope, byte for byte as it was signed. `loom verify` checks it.",
  params: ById,
  success: { contentType: ENVELOPE_TYPE, description: "The envelope." },
  problems: ["not_found", "no_proof", "unavailable"],
  etag: true,
  handle: ({ asker, params }) =>
    Effect.gen(function* () {
      const task = yield* findTaskFor(asker, params.id)
      const text = yield* keptProof(task.id)
      if (text === null) return yield* noProof(task)
      const etag = `"${yield* Effect.promise(() => sha256Hex(text))}"`
      return { kind: "text" as const, text, type: ENVELOPE_TYPE, headers: { etag } }
    }),
})

/** Something that the task's proof names by its hash: a full test report, or the one patch. Nothing else can be asked for. */
const attachment = Effect.fn("api.proofAttachment")(function* (
  asker: Asker,
  taskId: string,
  kind: "report" | "patch",
  asked: string | null,
) {
  const task = yield* findTaskFor(asker, taskId)
  const predicate = yield* predicateOf(task.id)
  if (predicate === null) return yield* noProof(task)
  const { patch, tests } = predicate
  const sha256 = asked ?? patch.sha256
  const known = kind === "patch" ? [patch.sha256] : tests === null ? [] : namedRuns(tests).map(([, { report }]) => report.sha256)
  const key = kind === "patch" ? patchKey(predicate.runId, sha256) : reportKey(predicate.runId, sha256)
  const kept = known.includes(sha256) ? yield* Artifacts.use((artifacts) => artifacts.get(key)) : null
  if (kept === null)
    return yield* new Refused({
      code: "not_found",
      detail: `The proof of task ${taskId} names no ${kind} ${sha256.slice(0, 64)} that is still kept.`,
      remedy: "GET /api/v1/tasks/{id}/proof: its payload names the reports and the patch by their sha-256.",
    })
  const type = kind === "patch" ? "text/x-diff; charset=utf-8" : "application/json"
  return { kind: "text" as const, text: kept, type, headers: { etag: `"${sha256}"` } }
})

const getPatch = operation({
  ...read,
  ...at("/patch"),
  id: "getTaskProofPatch",
  summary: "The patch that the proof names",
  params: ById,
  success: { contentType: "text/x-diff", description: "The patch." },
  problems: ["not_found", "no_proof", "unavailable"],
  etag: true,
  handle: ({ asker, params }) => attachment(asker, params.id, "patch", null),
})

const getReport = operation({
  ...read,
  ...at("/reports/{sha256}"),
  id: "getTaskProofReport",
  summary: "A full test report that the proof names",
  params: Schema.Struct({ id: Text, sha256: Text }),
  success: { contentType: "application/json", description: "The report." },
  problems: ["not_found", "no_proof", "unavailable"],
  etag: true,
  handle: ({ asker, params }) => attachment(asker, params.id, "report", params.sha256),
})

const ProofKeys = Schema.Struct({
  keys: Schema.Array(
    Schema.Struct({
      keyid: Schema.String,
      algorithm: Schema.Literal("Ed25519"),
      current: Schema.Boolean,
      spki: Schema.String,
      pem: Schema.String,
    }),
  ),
})

const keyView = (key: PublicKey, index: number) => ({
  keyid: key.keyId,
  algorithm: "Ed25519" as const,
  current: index === 0,
  spki: toBase64(key.spki),
  pem: printPublicKey(key),
})

const listKeys = operation({
  ...read,
  access: "public",
  path: "/api/v1/proof-key",
  id: "listProofKeys",
  summary: "The public keys of this Loom's proofs, the present one first",
  description: "For everyone: they are no secret, and who checks a proof needs no other right.",
  success: { name: "ProofKeys", schema: ProofKeys },
  problems: [],
  handle: ({ settings }) => Effect.map(Effect.promise(settings.proofKeys), (keys) => json({ keys: keys.map(keyView) })),
})

const getKey = operation({
  ...read,
  access: "public",
  path: "/api/v1/proof-key/{file}",
  id: "getProofKey",
  summary: "One public key as PEM: `{keyid}.pem`",
  params: Schema.Struct({ file: Text }),
  success: { contentType: "text/plain", description: "PEM." },
  problems: ["not_found"],
  handle: ({ params, settings }) =>
    Effect.gen(function* () {
      const keys = yield* Effect.promise(settings.proofKeys)
      const key = keys.find(({ keyId }) => `${keyId}.pem` === params.file)
      if (key === undefined)
        return yield* new Refused({
          code: "not_found",
          detail: "There is no such key.",
          remedy: "GET /api/v1/proof-key lists the keys there are.",
        })
      return { kind: "text" as const, text: printPublicKey(key), type: "text/plain; charset=utf-8" }
    }),
})

/** Proofs, what they name, and the keys they are checked with. */
export const proofOperations = [getProof, getPatch, getReport, listKeys, getKey]
