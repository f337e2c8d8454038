import { describe } from "vitest"
import { connect, startTestDaemon } from "./testing/daemon.ts"
import { startTestContainer } from "./testing/container.ts"
import { describeExecs, type ContractDaemon } from "./testing/contract-execs.ts"
import { describeSessions } from "./testing/contract-sessions.ts"

const root = process.getuid?.() === 0
/** A daemon that somebody else started, such as one in a container of a real engine; it must have no session. */
const remote = process.env["LOOM_SANDBOX_CONTRACT_URL"]

const startRemote = async (): Promise<ContractDaemon> => {
  const client = connect({ url: remote ?? "", token: process.env["LOOM_SANDBOX_CONTRACT_TOKEN"] ?? "" })
  const { instanceId } = (await (await client.request("GET", "/v1/capabilities")).json()) as { readonly instanceId: string }
  return { ...client, instanceId, stop: () => Promise.resolve() }
}

const lanes: ReadonlyArray<readonly [name: string, start: () => Promise<ContractDaemon>, skipped: string | null]> =
  remote === undefined
    ? [
        ["bubblewrap", () => startTestDaemon(), null],
        ["container with Docker's rights", () => startTestContainer(), root ? null : "only root can make one"],
      ]
    : [[remote, startRemote, null]]

for (const [name, start, skipped] of lanes) {
  describe.skipIf(skipped !== null)(skipped === null ? "contract" : `contract (skipped: ${skipped})`, () => {
    describeExecs(name, start)
    describeSessions(name, start)
  })
}
