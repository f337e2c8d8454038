import { fileURLToPath } from "node:url"
import { benchApi } from "./api.ts"
import { benchIntake } from "./intake/intake.ts"
import { benchLive } from "./live.ts"
import { machineFacts } from "./machine.ts"
import { benchPage } from "./page.ts"
import { benchReports } from "./reports.ts"
import { startSandboxDaemon } from "./sandbox-daemon.ts"
import { benchSandbox } from "./sandbox.ts"
import { benchSetUp } from "./set-up.ts"
import { benchWholeRun } from "./whole-run.ts"

// `npm run bench [-- api|intake|sandbox|set-up|reports|live|page|run …]`: one JSON document on standard output, progress on standard error.
const root = fileURLToPath(new URL("../../../..", import.meta.url)).replace(/\/$/, "")
const say = (text: string) => process.stderr.write(`bench: ${text}\n`)
const parts = {
  api: () => benchApi(root, say),
  intake: () => benchIntake(root, say),
  sandbox: async () => {
    const of = async (isolator: "bubblewrap" | "container") => {
      say(isolator)
      await using daemon = await startSandboxDaemon(root, isolator)
      return await benchSandbox(isolator, daemon)
    }
    const bubblewrap = await of("bubblewrap")
    return { bubblewrap, container: process.getuid?.() === 0 ? await of("container") : "only root can make one" }
  },
  "set-up": () => benchSetUp(root, say),
  reports: benchReports,
  live: () => benchLive(root, say),
  page: () => benchPage(say),
  run: () => benchWholeRun(root, say),
}
const isPart = (name: string): name is keyof typeof parts => Object.hasOwn(parts, name)

const names = process.argv.slice(2).filter((name) => name !== "--")
const unknown = names.filter((name) => !isPart(name))
if (unknown.length > 0) {
  say(`there is no part ${unknown.join(", ")}; parts are ${Object.keys(parts).join(", ")}`)
  process.exit(2)
}
const machine = machineFacts()
const results: Record<string, unknown> = {}
for (const name of Object.keys(parts).filter(isPart)) {
  if (names.length > 0 && !names.includes(name)) continue
  say(`part ${name}`)
  results[name] = await parts[name]()
}
process.stdout.write(`${JSON.stringify({ machine, ...results }, null, 2)}\n`)
