import { discoverRegistries } from "../world/registries.ts"
import type { Discovery } from "../world/registry-sources.ts"
import type { Check } from "./Check.ts"

const PATIENCE_MS = 5_000

/** Any answer at all is a registry that can be reached; what it thinks of this request does not matter. */
const answers = (host: string): Promise<boolean> =>
  fetch(host.includes(":") ? `http://${host}/` : `https://${host}/`, {
    method: "HEAD",
    redirect: "manual",
    signal: AbortSignal.timeout(PATIENCE_MS),
  })
    .then(() => true)
    .catch(() => false)

/** Whether the package registries that this machine's own package managers are set up with can be reached. */
export const registryChecks = async (
  discovery: Discovery,
  reach: (host: string) => Promise<boolean> = answers,
): Promise<ReadonlyArray<Check>> => {
  const { hosts, notes } = await discoverRegistries(discovery)
  const lines = await Promise.all(
    hosts.map(async (host): Promise<Check> => {
      const reached = await reach(host)
      return {
        part: "registries",
        name: host,
        state: reached ? "ok" : "note",
        detail: reached ? "reachable" : `no answer within ${PATIENCE_MS / 1000} s: nothing can be installed from it`,
        remedy: reached ? null : "check this machine's network and proxy, or the registry that its package manager names",
      }
    }),
  )
  return [
    ...lines,
    ...notes.map((note): Check => ({
      part: "registries",
      name: "credentials",
      state: "note",
      detail: note,
      remedy: "use a registry that needs none",
    })),
  ]
}
