import fs from "node:fs"
import path from "node:path"
import { SANDBOXD_VERSION } from "../Sandboxd.ts"
import { findBase } from "./base-image.ts"
import { buildImage } from "./build-image.ts"
import { findEngine } from "./engine.ts"
import { inventoryOf } from "./inventory.ts"
import { sbomOf } from "./sbom.ts"

/** `npm run image -- [tag]`: builds the sandbox's image and writes its bill of materials beside the daemon's bundle. */
const main = async (tag = "loom-sandbox:latest"): Promise<void> => {
  const say = (text: string) => void process.stderr.write(text)
  const engine = findEngine()
  if ("missing" in engine) throw new Error(engine.missing)
  const found = findBase(engine, say)
  if ("missing" in found) throw new Error(found.missing)
  const snapshot = process.env["LOOM_SANDBOX_SNAPSHOT"]
  await buildImage(engine, { tag, base: found.base, say, ...(snapshot === undefined ? {} : { snapshot }) })
  const id = engine.run(["image", "inspect", "--format", "{{.Id}}", tag])
  const file = path.join(import.meta.dirname, "..", "..", "dist", "sbom.cdx.json")
  fs.writeFileSync(file, await sbomOf(inventoryOf(engine, tag), { version: SANDBOXD_VERSION, id }))
  process.stdout.write(`image ${tag} ${id}\nsbom ${file}\n`)
}

main(process.argv[2]).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
})
