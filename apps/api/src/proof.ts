import { Effect, Schema } from "effect"
import type { Context, Hono } from "hono"
import { patchKey, proofKey, reportKey } from "@loom/core/domain/artifact-keys"
import { sha256Hex, toBase64, utf8 } from "@loom/core/domain/base64"
import { readEnvelope } from "@loom/core/domain/dsse"
import { ENVELOPE_TYPE, namedRuns, Statement } from "@loom/core/domain/Proof"
import { type PublicKey, printPublicKey } from "@loom/core/domain/ProofKey"
import type { TaskDetail } from "@loom/core/domain/TaskView"
import { Artifacts } from "@loom/core/ports/Artifacts"
import type { ApiEnv } from "./ApiScope.ts"
import { findTask } from "./find-task.ts"
import { notFound, problem, type Problem } from "./problem.ts"

const noProof = (task: TaskDetail): Problem => ({
  status: 404,
  code: "no_proof",
  title: "No proof",
  detail: `Task ${task.id} is ${task.status} and has no proof.`,
  remedy:
    task.status === "pending" || task.status === "running" || task.status === "waiting"
      ? "Ask again when the task has opened its pull request: the proof is made when a change is published."
      : "Only a change that the gate passed has one. See why this task has none: GET /api/v1/tasks/{id}.",
})

/** An answer that is named by its content: `If-None-Match` saves sending it again (RFC 9110 section 13.1.2). */
const named = (c: Context, sha256: string, type: string, text: string): Response => {
  const etag = `"${sha256}"`
  const asked = (c.req.header("if-none-match") ?? "").split(",").map((tag) => tag.trim().replace(/^W\//, ""))
  const isKnown = asked.includes(etag) || asked.includes("*")
  return isKnown ? c.body(null, 304, { etag }) : c.body(text, 200, { etag, "content-type": type })
}

const findProof = Effect.fn("api.findProof")(function* (taskId: string) {
  const task = yield* findTask(taskId)
  return { task, text: yield* Artifacts.use((artifacts) => artifacts.get(proofKey(taskId))) }
})

/** The envelope, byte for byte as it was hashed and signed. */
export const proofOf = Effect.fn("api.proof")(function* (c: Context, taskId: string) {
  const { task, text } = yield* findProof(taskId)
  return text === null ? problem(c, noProof(task)) : named(c, yield* Effect.promise(() => sha256Hex(text)), ENVELOPE_TYPE, text)
})

const decodeStatement = Schema.decodeEffect(Schema.fromJsonString(Statement))

/** Something that the task's proof names by its hash: a full test report, or the one patch. Nothing else can be asked for. */
export const attachmentOf = Effect.fn("api.proofAttachment")(function* (
  c: Context,
  taskId: string,
  kind: "report" | "patch",
  asked: string | null,
) {
  const { task, text } = yield* findProof(taskId)
  const sealed = text === null ? null : readEnvelope(utf8(text))
  if (sealed === null) return problem(c, noProof(task))
  const { predicate } = yield* decodeStatement(new TextDecoder().decode(sealed.payload)).pipe(Effect.orDie)
  const { patch, tests } = predicate
  const sha256 = asked ?? patch.sha256
  const known = kind === "patch" ? [patch.sha256] : tests === null ? [] : namedRuns(tests).map(([, { report }]) => report.sha256)
  const key = kind === "patch" ? patchKey(predicate.runId, sha256) : reportKey(predicate.runId, sha256)
  const kept = known.includes(sha256) ? yield* Artifacts.use((artifacts) => artifacts.get(key)) : null
  return kept === null
    ? problem(c, {
        ...notFound(`The proof of task ${taskId} names no ${kind} ${sha256.slice(0, 64)} that is still kept.`),
        remedy: "GET /api/v1/tasks/{id}/proof: its payload names the reports and the patch by their sha-256.",
      })
    : named(c, sha256, kind === "patch" ? "text/x-diff; charset=utf-8" : "application/json", kept)
})

const keyView = (key: PublicKey, index: number) => ({
  keyid: key.keyId,
  algorithm: "Ed25519",
  current: index === 0,
  spki: toBase64(key.spki),
  pem: printPublicKey(key),
})

/** The public keys, for everyone: they are no secret, and who checks a proof needs no other right. */
export const proofKeyRoutes = (app: Hono<ApiEnv>): void => {
  app.get("/api/v1/proof-key", async (c) => c.json({ keys: (await c.env.settings.proofKeys()).map(keyView) }))
  app.get("/api/v1/proof-key/:file{[0-9a-f]{64}\\.pem}", async (c) => {
    const id = c.req.param("file").slice(0, 64)
    const key = (await c.env.settings.proofKeys()).find(({ keyId }) => keyId === id)
    return key === undefined
      ? problem(c, { ...notFound(`There is no key ${id}.`), remedy: "GET /api/v1/proof-key lists the keys there are." })
      : c.body(printPublicKey(key), 200, { "content-type": "text/plain; charset=utf-8" })
  })
}
