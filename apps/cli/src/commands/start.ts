import type { Colors } from "../render/colors.ts"
import { ProgressView, type Screen } from "../render/ProgressView.ts"
import { diffLines, failureLines, testTable } from "../render/result.ts"
import { duration, fit, wrap } from "../render/text.ts"
import { exitCodeOf, tryResult } from "../result/try-result.ts"
import { loadDemo } from "../demo/demo.ts"
import { person } from "../world/github.ts"
import { startWorld, type World } from "../world/World.ts"
import type { TaskDetail } from "@loom/core/domain/TaskView"
import { rememberWorld } from "../known-world.ts"

export interface CommandContext {
  /** The repository's root. */
  readonly root: string
  readonly env: NodeJS.ProcessEnv
  readonly screen: Screen
  readonly colors: Colors
  /** Aborted when the person wants to stop. */
  readonly signal: AbortSignal
}

/** The main job on the sample repository, in front of the person; serves until it is stopped, unless `exit`. */
export const start = (options: { readonly exit: boolean; readonly port: number | null }, context: CommandContext): Promise<number> =>
  inWorld(options, context, async (world) => {
    const code = await runDemo(world, context)
    if (!options.exit) await serve(world, context)
    return code
  })

/** The same world, kept running, with the sample's issue for the person to submit. */
export const dev = (options: { readonly port: number | null }, context: CommandContext): Promise<number> =>
  inWorld(options, context, async (world) => {
    const { colors, screen } = context
    const { number, repository } = await openSample(world)
    screen.write(`Issue        ${repository.htmlUrl}/issues/${number}\n`)
    screen.write(`Submit it    ${colors.bold(`npm run loom -- submit ${repository.fullName}#${number} --as ${person}`)}\n`)
    await serve(world, context)
    return 0
  })

const inWorld = async (
  options: { readonly port: number | null },
  context: CommandContext,
  work: (world: World) => Promise<number>,
): Promise<number> => {
  const { screen, colors } = context
  const say = (line = "") => screen.write(`${line}\n`)
  say(colors.bold("Loom") + colors.dim("  from a labelled issue to a draft pull request, on this machine"))
  await using world = await startWorld({
    root: context.root,
    name: "start",
    env: context.env,
    port: options.port,
    recorded: false,
    signal: context.signal,
    onStep: (step) => say(colors.dim(`  ${step}`)),
  })
  using _known = rememberWorld(context.root, world)
  introduce(world, context)
  return await work(world)
}

const serve = async (world: World, { colors, screen, signal }: CommandContext): Promise<void> => {
  screen.write(`\nServing Loom at ${colors.cyan(world.url)} and GitHub at ${colors.cyan(world.github.url)}\n`)
  screen.write(`${colors.bold("Ctrl-C")} ends it.\n`)
  await Promise.race([aborted(signal), world.crashed])
}

/** The sample's repository and its issue, without the label; a recorded model knows what to do about it. */
const openSample = async (world: World) => {
  const demo = loadDemo()
  const repository = await world.addRepository({ owner: "acme", name: demo.repositoryName, files: demo.files })
  const { number } = await world.github.openIssue(repository.owner, repository.name, { ...demo.issue, author: person })
  world.recorded?.play(`${repository.fullName}#${number}`, demo.recordedChange)
  return { number, repository }
}

const introduce = (world: World, { screen, colors }: CommandContext): void => {
  const say = (line: string) => screen.write(`${line}\n`)
  if (world.model.note === null) say(`Model        ${world.model.name}`)
  else {
    say(colors.yellow(`Model        ${world.model.note}: it plays a change that was written before`))
    say(colors.dim("             For a real one set ANTHROPIC_API_KEY, OPENAI_API_KEY or"))
    say(colors.dim("             OPENAI_COMPATIBLE_BASE_URL."))
  }
  for (const note of world.notes) for (const line of wrap(note, 80)) say(colors.yellow(line))
  say(`Status page  ${colors.cyan(world.url)}`)
}

const runDemo = async (world: World, context: CommandContext): Promise<number> => {
  const demo = loadDemo()
  const { screen, colors, signal } = context
  const say = (line = "") => screen.write(`${line}\n`)
  const repository = await world.addRepository({ owner: "acme", name: demo.repositoryName, files: demo.files })
  say(`Repository   ${repository.fullName}, ${demo.files.size} files, one failing test`)
  const opened = await world.openAndLabelIssue({ repository, issue: demo.issue, change: demo.recordedChange })
  say(`Issue        #${opened.number} ${fit(demo.issue.title, screen.columns() - 18)}`)
  say(colors.dim(`             labelled loom:ready, task ${opened.taskId}`))
  say()
  const detail = await followOnScreen(world, opened.taskId, context)
  signal.throwIfAborted()
  await showEnd(world, detail, context)
  return exitCodeOf(tryResult(detail))
}

/** Follows a task with the live view; the terminal is given back in every case. */
export const followOnScreen = async (world: World, taskId: string, { screen, colors, signal }: CommandContext): Promise<TaskDetail> => {
  const view = new ProgressView(screen, colors)
  try {
    return await world.followTask(taskId, (news) => (news.type === "task" ? view.task(news.detail) : view.log(news.line)), signal)
  } finally {
    view.end()
  }
}

/** How it ended: the pull request with its diff and tests, or what is in the way of one. */
export const showEnd = async (world: World, detail: TaskDetail, { screen, colors }: CommandContext): Promise<void> => {
  const columns = screen.columns()
  const say = (line = "") => screen.write(`${line}\n`)
  const result = tryResult(detail)
  say()
  const diff = await world.diffOf(detail)
  if (diff !== "") {
    for (const line of diffLines(diff, columns, colors)) say(line)
    say()
  }
  if (detail.outcome?.comparison != null) {
    for (const line of testTable(detail, columns, colors)) say(line)
    say()
  }
  if (exitCodeOf(result) === 1) for (const line of failureLines(detail, result.reason, columns, colors)) say(line)
  else for (const line of wrap(result.reason, columns)) say(colors.green(line))
  if (result.pullRequest !== null) {
    const { number, url, draft, branch, base } = result.pullRequest
    say(`${colors.bold(`${draft ? "Draft pull request" : "Pull request"} #${number}`)}  ${branch} -> ${base}`)
    say(`  ${colors.cyan(url)}`)
  }
  say(`  ${colors.cyan(`${world.url}/tasks/${detail.id}`)}`)
  const total = result.stages.reduce((sum, { ms }) => sum + ms, 0)
  const cost = result.usage.costUsd === null ? "price unknown" : `$${result.usage.costUsd.toFixed(4)}`
  say(
    colors.dim(
      `${duration(total)}, ${result.usage.requests} model requests, ${result.usage.inputTokens + result.usage.outputTokens} tokens, ${cost}`,
    ),
  )
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener("abort", () => resolve(), { once: true })
  })
