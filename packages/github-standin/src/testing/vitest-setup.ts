import { mkdtempSync, rmSync } from "node:fs"
import { createServer } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createConformance } from "../conformance.ts"
import { startGitHubStandin } from "../GitHubStandin.ts"

/** As far as it is used of vitest's `TestProject`: what it provides the tests `inject`. */
interface Project {
  readonly provide: (name: "github", value: GitHubOfTests) => void
}

/** What a test in workerd is told of the GitHub beside it. */
interface GitHubOfTests {
  readonly url: string
  readonly clientId: string
  readonly clientSecret: string
  readonly privateKeyPem: string
  /** `POST /setCollaborator` with the arguments as JSON: what people do on github.com. `GET /violations`: the judge. */
  readonly controlUrl: string
}

/** Before the tests of workerd, in Node: a real stand-in, judged by GitHub's own description. */
export default async (project: Project): Promise<() => Promise<void>> => {
  const dataDir = mkdtempSync(join(tmpdir(), "loom-worker-github-"))
  const conformance = createConformance()
  const github = await startGitHubStandin({
    dataDir,
    conformance,
    deviceIntervalS: 0,
    app: { id: 1, slug: "loom", name: "Loom", webhookSecret: "s", callbackUrls: ["https://loom.test/auth/callback"] },
  })
  const control = createServer((request, response) => {
    const chunks: Array<Buffer> = []
    request.on("data", (chunk: Buffer) => chunks.push(chunk))
    request.on("end", async () => {
      const name = (request.url ?? "").slice(1)
      const answer =
        name === "violations"
          ? conformance.violations
          : await Reflect.apply(Reflect.get(github, name), github, JSON.parse(Buffer.concat(chunks).toString() || "[]"))
      response.end(JSON.stringify(answer ?? null))
    })
  })
  await new Promise<void>((resolve) => control.listen(0, "127.0.0.1", resolve))
  const address = control.address()
  if (address === null || typeof address === "string") throw new Error("no port")
  const { appPrivateKeyPem: privateKeyPem, clientId, clientSecret, url } = github
  project.provide("github", { url, clientId, clientSecret, privateKeyPem, controlUrl: `http://127.0.0.1:${address.port}` })
  return async () => {
    control.close()
    await github.close()
    rmSync(dataDir, { recursive: true, force: true })
  }
}
