import { execFile } from "node:child_process"
import { createHash, createPublicKey, generateKeyPairSync, verify } from "node:crypto"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Ajv2020 } from "ajv/dist/2020.js"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { filesBelow } from "./files-below.ts"
import { fixSum, type Journey, root, startJourney } from "./journey.ts"

const sha256 = (bytes: Uint8Array | string) => createHash("sha256").update(bytes).digest("hex")
const bytesOf = async (url: string) => Buffer.from(await (await fetch(url)).arrayBuffer())

interface Envelope {
  readonly payload: string
  readonly payloadType: string
  readonly signatures: ReadonlyArray<{ readonly keyid: string; readonly sig: string }>
}
interface Run {
  readonly counts: { readonly passed: number; readonly failed: number; readonly skipped: number }
  readonly report: { readonly sha256: string; readonly bytes: number }
}
interface Payload {
  readonly _type: string
  readonly predicateType: string
  readonly subject: ReadonlyArray<{ readonly digest: { readonly gitCommit?: string; readonly sha256?: string } }>
  readonly predicate: { readonly tests: { readonly base: Run; readonly head: Run }; readonly tools: Readonly<Record<string, string>> }
}

/** `loom verify` as a person runs it. */
const loom = (...args: ReadonlyArray<string>) =>
  new Promise<{ readonly code: number; readonly out: string; readonly err: string }>((done) => {
    const env = { PATH: process.env["PATH"], HOME: process.env["HOME"] }
    execFile(process.execPath, ["apps/cli/src/main.ts", ...args], { cwd: root, env }, (error, out, err) =>
      done({ code: error === null ? 0 : Number(error.code), out, err }),
    )
  })

/** What code in the sandbox finds of the key; the answer becomes part of the change. The pattern does not find itself. */
const lookForKey = [
  "f=$(grep -raslE 'MC4CAQAwBQYDK2V[w]' . /home/loom /tmp /run /etc /proc/[0-9]*/environ /proc/[0-9]*/cmdline 2>/dev/null | wc -l)",
  'echo "files: $f, variables: $(env | grep -ciE "proof|_key=")" > found.txt',
].join("; ")

describe("the proof of a pull request", () => {
  let journey: Journey
  let url: string
  let proof: Buffer
  let body: string
  let head: string
  const folder = mkdtempSync(join(tmpdir(), "loom-proof-"))
  const file = (name: string, content: string | Buffer) => {
    writeFileSync(join(folder, name), content)
    return join(folder, name)
  }
  beforeAll(async () => {
    journey = await startJourney("proof")
    const { detail } = await journey.run("proven", { ...fixSum, commands: [lookForKey] })
    assert.strictEqual(detail.verdict, "pass", detail.reason ?? "")
    const pull = await journey.rest<{ body: string; head: { sha: string } }>(`/repos/acme/proven/pulls/${detail.pullRequest?.number}`)
    ;({ body } = pull)
    head = pull.head.sha
    url = `${journey.world.url}/api/v1/tasks/${detail.id}/proof`
    proof = await bytesOf(url)
  }, 300_000)
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true })
    await journey.close()
  })

  it("has the hash that the pull request names, and is verified by the command that it names", async () => {
    assert.include(body, `\`${sha256(proof)}\``)
    const [, command] = /`npm run loom -- (verify [^`]+)`/.exec(body) ?? []
    const { code, out } = await loom(...(command ?? assert.fail("the pull request names no command")).split(" "))
    assert.strictEqual(code, 0, out)
    assert.include(out, "Verified.")
    assert.include(out, "Verdict pass")
  })

  it("is genuine to who knows DSSE, in-toto, Ed25519 and SHA-256, and nothing of Loom", async () => {
    const envelope = JSON.parse(proof.toString()) as Envelope
    assert.strictEqual(envelope.payloadType, "application/vnd.in-toto+json")
    const payload = Buffer.from(envelope.payload, "base64")
    const type = Buffer.from(envelope.payloadType)
    const signed = Buffer.concat([Buffer.from(`DSSEv1 ${type.length} `), type, Buffer.from(` ${payload.length} `), payload])
    const [signature] = envelope.signatures
    const pem = await bytesOf(`${journey.world.url}/api/v1/proof-key/${signature?.keyid}.pem`)
    const key = createPublicKey(pem)
    assert.strictEqual(sha256(key.export({ type: "spki", format: "der" })), signature?.keyid)
    assert.isTrue(verify(null, signed, key, Buffer.from(signature?.sig ?? "", "base64")))

    const statement = JSON.parse(payload.toString()) as Payload
    assert.strictEqual(statement._type, "https://in-toto.io/Statement/v1")
    assert.strictEqual(statement.predicateType, "urn:loom:proof:v1")
    const [commit, patch] = statement.subject
    assert.strictEqual(commit?.digest.gitCommit, head)
    assert.strictEqual(sha256(await bytesOf(`${url}/patch`)), patch?.digest.sha256)
    const { tests, tools } = statement.predicate
    for (const { counts, report } of [tests.base, tests.head]) {
      const text = await bytesOf(`${url}/reports/${report.sha256}`)
      assert.strictEqual(sha256(text), report.sha256)
      assert.deepStrictEqual((JSON.parse(text.toString()) as Run).counts, counts)
    }
    assert.match(tools["node"] ?? "", /^v\d+\.\d+\.\d+$/)

    const schema = JSON.parse((await bytesOf(`${journey.world.url}/proof.schema.json`)).toString()) as object
    const validate = new Ajv2020({ allowUnionTypes: true }).compile(schema)
    assert.isTrue(validate(statement), JSON.stringify(validate.errors))
  })

  it("is verified against the repository, from a file, with a key that was got before", async () => {
    const { keys } = JSON.parse((await bytesOf(`${journey.world.url}/api/v1/proof-key`)).toString()) as { keys: [{ pem: string }] }
    const key = file("key.pem", keys[0].pem)
    const repo = journey.world.github.repositoryPath("acme", "proven")
    const { code, out } = await loom("verify", file("proof.json", proof), "--key", key, "--repo", repo, "--json")
    const answer = JSON.parse(out) as { verified: boolean; commit: string; checks: ReadonlyArray<{ name: string; ok: boolean | null }> }
    assert.deepStrictEqual(
      answer.checks.map(({ name, ok }) => `${name} ${ok}`),
      ["envelope", "signature", "schema", "consistency", "commit", "tree", "patch"].map((name) => `${name} true`),
    )
    assert.deepStrictEqual([code, answer.verified, answer.commit], [0, true, head])
  })

  it("is refused when a byte of it, its hash or the key is another, and what cannot be read is bad input", async () => {
    const tampered = Buffer.from(proof)
    tampered[Math.floor(proof.length / 2)] = (proof[Math.floor(proof.length / 2)] ?? 0) ^ 1
    const theirs = file("theirs.pem", generateKeyPairSync("ed25519").publicKey.export({ type: "spki", format: "pem" }).toString())
    const good = file("good.json", proof)
    const cases = [
      [[file("tampered.json", tampered)], 1, "NOT verified: "],
      [[good, "--hash", "0".repeat(64)], 1, "NOT verified: hash"],
      [[good, "--key", theirs], 1, "NOT verified: signature"],
      [[good, "--key", good], 2, "no Ed25519 public key"],
      [[`${journey.world.url}/api/v1/tasks/t_1_1_1/proof`], 2, "There is no proof"],
    ] as const
    const answers = await Promise.all(cases.map(([args]) => loom("verify", ...args)))
    cases.forEach(([args, code, says], index) => {
      const { code: got, err, out } = answers[index] ?? assert.fail("no answer")
      assert.strictEqual(got, code, `${args.join(" ")}: ${out}${err}`)
      assert.include(`${out}${err}`, says)
    })
  })

  it("was signed with a key that the sandbox never saw, and that stands in nothing that the world wrote", async () => {
    assert.include((await bytesOf(`${url}/patch`)).toString(), "\n+files: 0, variables: 0\n")
    const line = readFileSync(join(root, ".loom", "proof-key"), "utf8").trim()
    const seed = Buffer.from(line, "base64").subarray(16)
    const spellings = [Buffer.from(line), seed, Buffer.from(seed.toString("hex")), Buffer.from(seed.toString("base64url"))]
    // Larger is the sandbox's disk, of which the first line of this test tells.
    const holding = [...filesBelow(journey.world.directory, 1 << 30)]
      .filter(({ content }) => spellings.some((spelling) => content.includes(spelling)))
      .map(({ path }) => path)
    // Logs, the coordinator's events, the database, the artifacts, GitHub.
    assert.deepStrictEqual(holding, [join(journey.world.directory, "worker.env")])
  })
})
