import { ApiFailed, makeApiClient } from "../api-client.ts"
import { addressOf } from "../commands/remote/connection.ts"
import type { Check } from "./Check.ts"

/** What to do about a part of a deployment that is not well; its own sentence says the rest. */
const remedies: Readonly<Record<string, string>> = {
  github: "set GITHUB_API_URL, or wait until GitHub answers again",
  model: "set LOOM_MODEL and its key: npx wrangler secret put ANTHROPIC_API_KEY",
  sandbox: "npm run loom -- doctor   # on the machine of the sandbox host",
  database: "npx wrangler d1 migrations apply DB --remote",
}

/** Whether each part of the Loom at LOOM_URL, of the one that `npm start` runs here, or of where the person signed in last, answers. */
export const deploymentChecks = async (root: string, env: NodeJS.ProcessEnv): Promise<ReadonlyArray<Check>> => {
  const line = (name: string, state: Check["state"], detail: string, remedy: string | null = null): Check => ({
    part: "deployment",
    name,
    state,
    detail,
    remedy,
  })
  const world = (() => {
    try {
      return addressOf(null, { env, root })
    } catch {
      return null
    }
  })()
  if (world === null)
    return [line("Loom", "note", "none runs here", "npm start   # or sign in to one elsewhere: npm run loom -- login --url <its address>")]
  try {
    const { health, ...status } = await makeApiClient(world.url, world.token).status()
    return [
      line("Loom", "ok", `${status.version} at ${world.url}: ${status.queued} queued, ${status.running} running`),
      ...Object.entries(health).map(([part, state]) =>
        state === "ok" ? line(part, "ok", "answers") : line(part, "failed", state, remedies[part] ?? "read the Worker's log"),
      ),
    ]
  } catch (error) {
    if (!(error instanceof ApiFailed)) throw error
    const remedy =
      error.status === 401 || error.status === 403
        ? `npm run loom -- login --url ${world.url}   # or set LOOM_API_TOKEN to a token of it`
        : error.status === null
          ? "npm start   # or set LOOM_URL to one that runs"
          : "npx wrangler tail"
    return [line("Loom", "failed", error.status === null ? `${world.url} does not answer` : error.message, remedy)]
  }
}
