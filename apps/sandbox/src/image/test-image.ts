import { findBase } from "./base-image.ts"
import { buildImage } from "./build-image.ts"
import { findEngine } from "./engine.ts"

const say = (text: string) => void process.stderr.write(text)
/** A tag that is there already, instead of building one. */
const prebuilt = process.env["LOOM_TEST_IMAGE"]

export const engine = findEngine()
const base = "missing" in engine ? engine : prebuilt === undefined ? findBase(engine, say) : { base: "" }

/** Why the container lane cannot run here, or null. Said once per file of tests. */
export const missing = "missing" in engine ? engine.missing : "missing" in base ? base.missing : null
if (missing !== null) say(`container lane skipped: ${missing}\n`)

/** What the container lane is run against. */
export const IMAGE = prebuilt ?? "loom-sandbox:test"

/** Builds it; seconds where the layers are there. */
export const buildTestImage = async (): Promise<void> => {
  if ("missing" in engine || "missing" in base || prebuilt !== undefined) return
  await buildImage(engine, { tag: IMAGE, base: base.base, say: () => undefined })
}

/** For `LOOM_SANDBOX_UID`: RLIMIT_NPROC counts a uid over all containers of a kernel, and others may run theirs beside these. */
export const OWN_UID = 100_000 + process.pid
