import { Redacted } from "effect"
import { startSandboxd } from "@loom/integrations/sandbox/testing/start-sandboxd"
import type { TestProject } from "vitest/node"

declare module "vitest" {
  interface ProvidedContext {
    /** A real sandboxd, which plays the daemon inside the containers of the tests. */
    readonly sandboxd: { readonly url: string; readonly token: string }
  }
}

export default async (project: TestProject): Promise<() => Promise<void>> => {
  const daemon = await startSandboxd()
  project.provide("sandboxd", { url: daemon.baseUrl, token: Redacted.value(daemon.token) })
  return daemon.close
}
