import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Layer, Redacted } from "effect"
import { createConformance, type Conformance } from "@loom/github-standin/conformance"
import { startGitHubStandin, type GitHubStandin } from "@loom/github-standin/GitHubStandin"
import type { RepositoryRef } from "@loom/core/domain/Repository"
import { GitHubApp } from "../GitHubApp.ts"
import { GitHubLive } from "../GitHubLive.ts"
import { InstallationTokens } from "../InstallationTokens.ts"

export interface Sent {
  readonly method: string
  readonly path: string
  readonly headers: Headers
}

export interface GitHubWorld {
  readonly github: GitHubStandin
  readonly conformance: Conformance
  /** How many requests wait for their answer. */
  readonly waiting: () => number
  /** Every request Loom sent, in order. */
  readonly sent: Array<Sent>
  /** Answers instead of GitHub once, for the first request that fits; `after` lets the request through and loses its answer. */
  readonly once: (method: string, path: RegExp, answer: Response | "lost", when?: "before" | "after") => void
  readonly app: Layer.Layer<GitHubApp>
  readonly layer: ReturnType<typeof layerOf>
  readonly repository: (name: string, more?: object) => Promise<RepositoryRef>
  readonly close: () => Promise<void>
}

const layerOf = (app: Layer.Layer<GitHubApp>) => GitHubLive.pipe(Layer.provideMerge(InstallationTokens.layer), Layer.provideMerge(app))

/** A real stand-in on a free port, judged by GitHub's own description, with a fetch that can break in between. */
export const startGitHubWorld = async (options: { readonly tokenLifetimeMs?: number } = {}): Promise<GitHubWorld> => {
  const dataDir = await mkdtemp(join(tmpdir(), "loom-github-"))
  const conformance = createConformance()
  const github = await startGitHubStandin({
    dataDir,
    conformance,
    app: { id: 4711, slug: "loom-test", name: "Loom", webhookSecret: "s3cret-of-tests" },
    ...options,
  })
  const sent: Array<Sent> = []
  const traps: Array<{ method: string; path: RegExp; answer: Response | "lost"; when: "before" | "after" }> = []
  let waiting = 0
  const fetch: typeof globalThis.fetch = (input, init) => {
    waiting += 1
    return answerOf(input, init).finally(() => (waiting -= 1))
  }
  const answerOf: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init)
    const path = new URL(request.url).pathname
    sent.push({ method: request.method, path, headers: request.headers })
    const at = traps.findIndex((trap) => trap.method === request.method && trap.path.test(path))
    const trap = at < 0 ? undefined : traps.splice(at, 1)[0]
    if (trap?.when !== "before") {
      const response = await globalThis.fetch(request)
      if (trap === undefined) return response
      await response.body?.cancel()
    }
    if (trap.answer === "lost") throw new TypeError("fetch failed")
    return trap.answer
  }
  const app = Layer.succeed(
    GitHubApp,
    GitHubApp.of({
      apiUrl: github.url,
      appId: "4711",
      privateKey: Redacted.make(github.appPrivateKeyPem),
      botLogin: "loom-test[bot]",
      fetch,
    }),
  )
  return {
    github,
    conformance,
    waiting: () => waiting,
    sent,
    app,
    layer: layerOf(app),
    once: (method, path, answer, when = "before") => void traps.push({ method, path, answer, when }),
    repository: async (name, more = {}) => {
      const { id } = await github.addRepository({ owner: "acme", name, files: { "README.md": "# hello\n" }, ...more })
      return { id, installationId: github.installationId("acme"), owner: "acme", name }
    },
    close: async () => {
      await github.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
