import { existsSync } from "node:fs"
import { availableParallelism, loadavg, release, totalmem } from "node:os"
import { delimiter, join } from "node:path"

export const hasProgram = (name: string): boolean =>
  (process.env["PATH"] ?? "").split(delimiter).some((folder) => folder !== "" && existsSync(join(folder, name)))

/** What figures depend on; `loadBefore` (1, 5, 15 minutes) says how much else went on. */
export const machineFacts = () => ({
  cores: availableParallelism(),
  memoryGb: Math.round(totalmem() / 1e9),
  node: process.version,
  kernel: release(),
  loadBefore: loadavg().map((load) => Math.round(load * 100) / 100),
})

/** Commands that lead a server's and a load generator's: a core each where there are two, so that neither takes the other's. */
export const pins = (): { readonly server: ReadonlyArray<string>; readonly client: ReadonlyArray<string> } =>
  availableParallelism() >= 2 && hasProgram("taskset")
    ? { server: ["taskset", "-c", "0"], client: ["taskset", "-c", "1"] }
    : { server: [], client: [] }
