import { env, exports } from "cloudflare:workers"
import { Effect } from "effect"
import { beforeAll, describe, expect, it } from "vitest"
import { noGateReport } from "@loom/core/domain/Gate"
import { patchKey, proofKey, reportKey } from "@loom/core/domain/artifact-keys"
import { sha256Hex, toHex, utf8 } from "@loom/core/domain/base64"
import { canonicalJson, type Json } from "@loom/core/domain/canonical-json"
import { checkProof } from "@loom/core/domain/check-proof"
import { preAuthenticationEncoding, printEnvelope } from "@loom/core/domain/dsse"
import { RunId, TaskId } from "@loom/core/domain/Ids"
import { PAYLOAD_TYPE, type Predicate, statementOf } from "@loom/core/domain/Proof"
import { parsePublicKey } from "@loom/core/domain/ProofKey"
import { noUsage } from "@loom/core/domain/Usage"
import { ProofSigner } from "@loom/core/ports/ProofSigner"
import { proofSettings } from "../test/entry.ts"
import { coordinator, migrated, newRepository, run, wishFor } from "../test/fixtures.ts"
import { proofSignerLayer, publicProofKeys } from "./proof-keys.ts"

beforeAll(migrated)

const api = (path: string, headers: Record<string, string> = {}) =>
  exports.default.fetch(new Request(`https://loom.test/api/v1${path}`, { headers }))
const sign = (message: Uint8Array<ArrayBuffer>) =>
  Effect.runPromise(ProofSigner.use((signer) => signer.sign(message)).pipe(Effect.provide(proofSignerLayer(proofSettings))))

/** A task with a proof, its report and its patch, as a run leaves them in the artifact store. */
const published = async () => {
  const repository = newRepository()
  const { taskId } = await run(coordinator.request(wishFor(repository)))
  const [report, patch] = [JSON.stringify({ counts: { passed: 1, failed: 0, skipped: 0 } }), "diff --git a/a b/a\n"]
  const counts = { passed: 1, failed: 0, skipped: 0 }
  const ran = {
    command: "npm test",
    runner: "node:test" as const,
    format: "machine" as const,
    counts,
    loadErrors: 0,
    exitCode: 0,
    ended: "exited" as const,
    complete: true,
    problem: null,
    durationMs: 1,
    only: null,
    report: { sha256: await sha256Hex(report), bytes: report.length },
  }
  const none = { fixed: [], regressed: [], stillFailing: [], added: [], removed: [], flaky: [], failures: [] }
  const predicate: Predicate = {
    loom: "test",
    taskId: TaskId.make(taskId),
    runId: RunId.make("r-1"),
    repository: "octo/sum",
    issue: 1,
    requestedBy: "ada",
    base: { branch: "main", commit: "b".repeat(40) },
    head: { branch: "loom/issue-1", commit: "a".repeat(40), tree: null },
    patch: { sha256: await sha256Hex(patch), command: "git diff", files: [] },
    recipe: { cwd: ".", language: "javascript", packageManager: "npm", runner: "node:test", install: [], test: [], env: {}, tools: {} },
    setup: [],
    tools: {},
    tests: { base: ran, baseReruns: [], head: ran, reruns: [] },
    comparison: { verdict: "pass", reason: "1 test passes.", base: counts, head: counts, ...none },
    findings: [],
    gate: noGateReport,
    models: { coder: ["m"] },
    modelNote: null,
    prompts: {},
    usage: noUsage,
    startedAt: "2026-11-25T10:00:00.000Z",
    stages: [],
  }
  const payload = utf8(canonicalJson(statementOf(predicate) as unknown as Json))
  const [key] = await publicProofKeys(proofSettings)
  const signature = await sign(preAuthenticationEncoding(PAYLOAD_TYPE, payload))
  const text = printEnvelope({ payloadType: PAYLOAD_TYPE, payload, keyId: key?.keyId ?? "", signature })
  await env.ARTIFACTS.put(proofKey(taskId), text)
  await env.ARTIFACTS.put(reportKey("r-1", ran.report.sha256), report)
  await env.ARTIFACTS.put(patchKey("r-1", predicate.patch.sha256), patch)
  return { taskId, text, report, patch, predicate, reportHash: ran.report.sha256 }
}

describe("Ed25519 in workerd", () => {
  it("signs as RFC 8032 says (section 7.1, TEST 1), the same each time", async () => {
    const signature = await sign(new Uint8Array(0))
    expect(toHex(signature)).toBe(
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    )
    expect(toHex(await sign(new Uint8Array(0)))).toBe(toHex(signature))
  })

  it("derives the public key that the RFC names, and its id is that of its SubjectPublicKeyInfo", async () => {
    const [key] = await publicProofKeys(proofSettings)
    expect(toHex(key?.spki ?? new Uint8Array()).slice(24)).toBe("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    expect(key?.keyId).toBe(await sha256Hex(key?.spki ?? new Uint8Array()))
  })
})

describe("GET /api/v1/proof-key", () => {
  it("lists the present key first, then the old ones, to everyone and also where reads are closed", async () => {
    const response = await api("/proof-key?closed")
    expect(response.status).toBe(200)
    const text = await response.text()
    const { keys } = JSON.parse(text) as { keys: ReadonlyArray<{ keyid: string; pem: string; spki: string; current: boolean }> }
    expect(keys.map(({ current }) => current)).toEqual([true, false])
    for (const { keyid, pem, spki } of keys) {
      expect((await parsePublicKey(pem))?.keyId).toBe(keyid)
      expect((await parsePublicKey(spki))?.keyId).toBe(keyid)
      expect(await (await api(`/proof-key/${keyid}.pem`)).text()).toBe(pem)
    }
    expect(text).not.toContain("PRIVATE")
    expect((await api(`/proof-key/${"0".repeat(64)}.pem`)).status).toBe(404)
  })
})

describe("GET /api/v1/tasks/{id}/proof", () => {
  it("gives exactly the bytes that were hashed and signed", async () => {
    const { taskId, text } = await published()
    const response = await api(`/tasks/${taskId}/proof`)
    const bytes = new Uint8Array(await response.arrayBuffer())
    expect(response.status).toBe(200)
    expect(response.headers.get("content-type")).toBe("application/vnd.dsse.envelope.v1+json")
    expect(new TextDecoder().decode(bytes)).toBe(text)
    const { checks, sha256, statement } = await checkProof(bytes, await publicProofKeys(proofSettings), null)
    expect(checks.filter(({ ok }) => ok !== true)).toEqual([])
    expect(statement?.predicate.taskId).toBe(taskId)
    expect(response.headers.get("etag")).toBe(`"${sha256}"`)
    const again = await api(`/tasks/${taskId}/proof`, { "if-none-match": `W/"x", "${sha256}"` })
    expect([again.status, await again.text()]).toEqual([304, ""])
    expect((await api(`/tasks/${taskId}/proof`, { "if-none-match": '"other"' })).status).toBe(200)
  })

  it("gives the reports and the patch that it names, and nothing else of the artifact store", async () => {
    const { patch, report, reportHash, taskId } = await published()
    expect(await (await api(`/tasks/${taskId}/proof/reports/${reportHash}`)).text()).toBe(report)
    expect(await (await api(`/tasks/${taskId}/proof/patch`)).text()).toBe(patch)
    const secret = "a report of another task"
    await env.ARTIFACTS.put(reportKey("r-1", "f".repeat(64)), secret)
    for (const asked of ["f".repeat(64), "..%2F..%2Ftasks", "%2e%2e", "x".repeat(2_000)]) {
      const response = await api(`/tasks/${taskId}/proof/reports/${asked}`)
      // 400: what is no name at all (too long, control characters).
      expect([400, 404]).toContain(response.status)
      expect(response.headers.get("content-type")).toBe("application/problem+json")
      expect(await response.text()).not.toContain(secret)
    }
  })

  it("says why there is none, and what to do", async () => {
    const { taskId } = await run(coordinator.request(wishFor(newRepository())))
    for (const path of ["proof", "proof/patch", `proof/reports/${"0".repeat(64)}`]) {
      const response = await api(`/tasks/${taskId}/${path}`)
      expect(response.status).toBe(404)
      const problem = await response.json<{ code: string; detail: string; remedy: string }>()
      expect(problem.code).toBe("no_proof")
      expect(problem.remedy).toContain("Ask again")
    }
    expect((await (await api("/tasks/t_1_1_1/proof")).json<{ code: string }>()).code).toBe("not_found")
    expect((await (await api("/tasks/nonsense/proof")).json<{ code: string }>()).code).toBe("not_found")
  })

  it("is read by those who may read", async () => {
    const { reportHash, taskId } = await published()
    for (const path of ["proof", "proof/patch", `proof/reports/${reportHash}`])
      expect((await api(`/tasks/${taskId}/${path}?closed`)).status).toBe(401)
  })
})
