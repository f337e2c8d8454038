import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdirSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { loadDemo } from "../demo/demo.ts"
import { tryResult } from "../result/try-result.ts"
import { startWorld, type World } from "../world/World.ts"
import { distribution, measure, median, round } from "./distribution.ts"
import { startModelMeter, type ModelMeter } from "./model-meter.ts"

const runs = 3
/** Issue 2: all time of a whole run that is not install, tests or model. */
const targetMs = 5_000

/** One run of the sample, from the label to the draft pull request. */
const runOnce = async (world: World, meter: ModelMeter, index: number) => {
  const demo = loadDemo()
  const repository = await world.addRepository({ owner: "bench", name: `${demo.repositoryName}-${index}`, files: demo.files })
  meter.take()
  let testRuns = 0
  const startedAt = performance.now()
  const { taskId } = await world.openAndLabelIssue({ repository, issue: demo.issue, change: demo.recordedChange })
  const detail = await world.followTask(taskId, (news) => {
    // node:test's last figure of the gate's runs, and the agent's own runs.
    if (news.type === "log" && /^ℹ duration_ms |^run_tests$/.test(news.line.message)) testRuns += 1
  })
  const totalMs = performance.now() - startedAt
  const result = tryResult(detail)
  if (result.verdict !== "pass") throw new Error(`the sample ended with ${result.verdict ?? result.task.status}: ${result.reason}`)
  if (result.recipe.install.length > 0) throw new Error("the sample installs something now: subtract it here")
  return { totalMs, testRuns, model: meter.take(), stages: result.stages }
}

/** The sample's own tests, run plainly, without Loom: what of a run is theirs. */
const plainTests = async (folder: string) => {
  for (const [path, content] of loadDemo().files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  return measure(runs, async () => {
    const child = spawn("npm", ["test"], { cwd: folder, stdio: "ignore", env: { ...process.env, CI: "1" } })
    // Red at the base: that is the sample's bug.
    await once(child, "exit")
  })
}

/** The whole of Loom in a world of its own; the first run warms up and is not counted. */
export const benchWholeRun = async (root: string, say: (text: string) => void) => {
  await using meter = await startModelMeter()
  await using world = await startWorld({
    root,
    name: "bench",
    env: process.env,
    recorded: true,
    variables: { ANTHROPIC_BASE_URL: meter.url },
    onStep: say,
  })
  meter.forwardTo(world.recorded?.url ?? "")
  say("the sample's tests without Loom")
  const plainTest = await plainTests(join(world.directory, "plain"))
  const all: Array<Awaited<ReturnType<typeof runOnce>>> = []
  for (let index = 0; index <= runs; index++) {
    const one = await runOnce(world, meter, index)
    say(
      `${index === 0 ? "warm-up" : `run ${index}`}: ${Math.round(one.totalMs)} ms, ${one.testRuns} test runs, ${one.model.requests} model requests`,
    )
    if (index > 0) all.push(one)
  }
  const overheads = all.map(({ model, testRuns, totalMs }) => totalMs - model.ms - testRuns * plainTest.medianMs)
  const names = [...new Set(all.flatMap(({ stages }) => stages.map(({ name }) => name)))]
  const stageMs = (wanted: string) => median(all.map(({ stages }) => stages.find(({ name }) => name === wanted)?.ms ?? 0))
  return {
    total: distribution(all.map(({ totalMs }) => totalMs)),
    install: { medianMs: 0, why: "the sample installs nothing" },
    tests: { plainRunMedianMs: plainTest.medianMs, runsMedian: median(all.map(({ testRuns }) => testRuns)) },
    model: { medianMs: round(median(all.map(({ model }) => model.ms))), requests: median(all.map(({ model }) => model.requests)) },
    overhead: { ...distribution(overheads), targetMs, met: median(overheads) < targetMs },
    stageMedianMs: Object.fromEntries(names.map((name) => [name, stageMs(name)])),
  }
}
