import { loadDemo } from "../demo/demo.ts"
import { tryResult } from "../result/try-result.ts"
import type { World } from "../world/World.ts"
import { distribution } from "./distribution.ts"

const runs = 5

/**
 * The sample from label to draft pull request with the recorded model, which answers at once; nothing is installed. So all of
 * it but the sample's own tests is Loom: an upper bound of its overhead (target: < 5 s).
 */
export const benchWholeRun = async (world: World) => {
  const demo = loadDemo()
  const totals: Array<number> = []
  const stages = new Map<string, Array<number>>()
  for (let index = 0; index <= runs; index++) {
    const repository = await world.addRepository({ owner: "bench", name: `${demo.repositoryName}-${index}`, files: demo.files })
    const startedAt = performance.now()
    const { taskId } = await world.openAndLabelIssue({ repository, issue: demo.issue, change: demo.recordedChange })
    const result = tryResult(await world.followTask(taskId))
    if (result.verdict !== "pass") throw new Error(`the sample ended with ${result.verdict ?? result.task.status}: ${result.reason}`)
    // The first one warms up.
    if (index === 0) continue
    totals.push(performance.now() - startedAt)
    for (const { name, ms } of result.stages) stages.set(name, [...(stages.get(name) ?? []), ms])
  }
  return {
    total: distribution(totals),
    stageMedianMs: Object.fromEntries([...stages].map(([name, samples]) => [name, distribution(samples).medianMs])),
  }
}
