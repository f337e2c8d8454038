import { beforeAll, describe } from "vitest"
import { connect } from "../testing/daemon.ts"
import { describeExecs, type ContractDaemon } from "../testing/contract-execs.ts"
import { describeSessions } from "../testing/contract-sessions.ts"
import { runImage } from "./run-image.ts"
import { buildTestImage, engine, IMAGE, missing, OWN_UID } from "./test-image.ts"

const start = async (): Promise<ContractDaemon> => {
  if ("missing" in engine) throw new Error(engine.missing)
  const box = await runImage(engine, IMAGE, "container", { LOOM_SANDBOX_UID: String(OWN_UID) })
  try {
    const client = connect(box)
    const { instanceId } = (await (await client.request("GET", "/v1/capabilities")).json()) as { readonly instanceId: string }
    return { ...client, instanceId, stop: () => Promise.resolve(box.remove()) }
  } catch (error) {
    box.remove()
    throw error
  }
}

// The same suite as contract.test.ts, against the daemon of the image behind the documented flags.
describe.skipIf(missing !== null)(missing === null ? "contract" : `contract (skipped: ${missing})`, () => {
  beforeAll(buildTestImage, 1_500_000)
  describeExecs("the image in a container", start)
  describeSessions("the image in a container", start)
})
