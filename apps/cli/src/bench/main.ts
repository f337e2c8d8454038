import { availableParallelism } from "node:os"
import { fileURLToPath } from "node:url"
import { startWorld } from "../world/World.ts"
import { benchSandbox } from "./sandbox.ts"
import { benchWholeRun } from "./whole-run.ts"

// `npm run bench`: JSON on standard output, progress on standard error. All in one local world of its own.
const root = fileURLToPath(new URL("../../../..", import.meta.url)).replace(/\/$/, "")
const say = (text: string) => process.stderr.write(`bench: ${text}\n`)

await using world = await startWorld({ root, name: "bench", env: process.env, recorded: true, onStep: say })
say("sandbox sessions and execs")
const sandbox = await benchSandbox(world.sandbox)
say("whole runs of the sample")
const wholeRun = await benchWholeRun(world)
const machine = { cores: availableParallelism(), node: process.version }
process.stdout.write(`${JSON.stringify({ machine, sandbox, wholeRun }, null, 2)}\n`)
