import { randomUUID } from "node:crypto"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import type { Attack, Battlefield } from "../escape/Attack.ts"
import { SMALL_LIMITS } from "../escape/battlefield.ts"
import { hostView } from "../escape/attacks/host-view.ts"
import { kernelInterfaces } from "../escape/attacks/kernel-interfaces.ts"
import { leftovers, outliving } from "../escape/attacks/leftovers.ts"
import { otherProcesses } from "../escape/attacks/other-processes.ts"
import { privileges } from "../escape/attacks/privileges.ts"
import { descriptors, unmappedMemory } from "../escape/attacks/resources.ts"
import { sockets } from "../escape/attacks/sockets.ts"
import { outputs, readers } from "../escape/attacks/streams.ts"
import { systemFiles } from "../escape/attacks/system-files.ts"
import { connect } from "../testing/daemon.ts"
import { runImage } from "./run-image.ts"
import { buildTestImage, engine, IMAGE, missing, OWN_UID } from "./test-image.ts"

/** What is fought from inside alone. The rest looks at files or the memory of the daemon's host, and takes it for this process. */
const attacks: ReadonlyArray<Attack> = [
  [kernelInterfaces, privileges, systemFiles, otherProcesses, sockets, hostView],
  [outputs, readers, outliving, leftovers, descriptors, unmappedMemory],
]
  .flat(2)
  .filter(({ isolators }) => isolators === undefined || isolators.includes("container"))

const dataDir = "/var/lib/sandboxd"
const token = `canary-${randomUUID()}`
const file = `${dataDir}/host-file`

const startGround = async () => {
  if ("missing" in engine) throw new Error(engine.missing)
  const docker = engine
  const box = await runImage(docker, IMAGE, "container", { LOOM_ESCAPE_CANARY: token, LOOM_SANDBOX_UID: String(OWN_UID) })
  const within = (script: string) => docker.run(["exec", box.name, "sh", "-c", script]).split("\n").filter(Boolean)
  within(`umask 077; echo ${token} > ${file}`)
  const daemonPid = Number(within("pgrep -f sandboxd.mjs | head -1")[0])
  const client = connect(box)
  const instance = async () => {
    const { instanceId, ready } = (await (await client.request("GET", "/v1/capabilities")).json()) as Record<string, unknown>
    return { instanceId, ready }
  }
  const before = await instance()
  return {
    box,
    field: async (spec: Attack["session"]): Promise<Battlefield> => ({
      isolator: "container",
      daemon: { ...client, port: 8080, problems: [], config: { dataDir, token: box.token } } as unknown as Battlefield["daemon"],
      session: await client.open({ limits: SMALL_LIMITS, ...spec }),
      bystander: null,
      canaries: { token, file, port: 1, abstractSocket: token, bystanderFile: file },
      daemonPid,
      daemonParentPid: 1,
    }),
    /** What is left of a session that was closed, or was touched. */
    harm: async () => [
      ...(JSON.stringify(await instance()) === JSON.stringify(before) ? [] : ["the daemon is not the one that it was"]),
      ...(within(`cat ${file}`).join() === token ? [] : ["the canary file was changed"]),
      ...within(`ps -U ${OWN_UID} -o stat=,args= | grep -v '^Z'; true`),
      ...within(`find / -xdev -user ${OWN_UID} -not -path /workspace -not -path /home/loom; true`),
      ...within(`find /workspace /home/loom /tmp /dev/shm /dev/mqueue /run -mindepth 1 -user ${OWN_UID}; true`),
    ],
  }
}

describe.skipIf(missing !== null)(missing === null ? "the image holds" : `the image holds (skipped: ${missing})`, () => {
  let ground: Awaited<ReturnType<typeof startGround>>
  beforeAll(async () => {
    await buildTestImage()
    ground = await startGround()
  }, 1_500_000)
  afterAll(() => ground?.box.remove())

  it.each(attacks)("$group $name", async ({ run, session }) => {
    const field = await ground.field(session)
    try {
      expect((await run(field)).by).not.toBe("")
    } finally {
      await field.session.close()
    }
    await expect.poll(ground.harm, { timeout: 10_000 }).toEqual([])
  })
})
