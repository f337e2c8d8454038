import { access, constants, writeFile } from "node:fs/promises"
import { dirname } from "node:path"
import { Schema } from "effect"
import { followOnScreen, showEnd, type CommandContext } from "./start.ts"
import { BadInput } from "../CliError.ts"
import { readIssueFile } from "../issue-file.ts"
import { fit, wrap } from "../render/text.ts"
import { readReplay } from "../replay-file.ts"
import { exitCodeOf, tryResult, TryResult } from "../result/try-result.ts"
import { keysOfThisMachine } from "../proof/trusted-keys.ts"
import { verifyWith } from "../proof/verify-proof.ts"
import { fetchSource } from "../source-repository.ts"
import type { LocalRepository } from "../world/github.ts"
import { listModels, modelFromEnvironment } from "../world/model.ts"
import { startWorld, type World } from "../world/World.ts"

/** Everything a person gave; paths are absolute. */
export interface TryOptions {
  readonly repository: string
  readonly ref: string | null
  readonly issue: string
  readonly replay: string | null
  readonly json: string | null
  readonly keep: boolean
}

/** The same pipeline on any git repository. All input is read before anything is started. */
export const tryRepository = async (options: TryOptions, context: CommandContext): Promise<number> => {
  const { screen, colors, env } = context
  const say = (line = "") => screen.write(`${line}\n`)
  const issue = await readIssueFile(options.issue)
  const change = options.replay === null ? null : await readReplay(options.replay)
  if (change === null && (await modelFromEnvironment(env, listModels)) === null) {
    throw new BadInput({
      detail:
        "There is no model: set ANTHROPIC_API_KEY, OPENAI_API_KEY or OPENAI_COMPATIBLE_BASE_URL, or give a recorded change with --replay <file.json>.",
    })
  }
  if (options.json !== null) await mustBeWritable(options.json)
  using source = await fetchSource(options.repository, options.ref)
  await using world = await startWorld({
    root: context.root,
    name: "try",
    env,
    port: null,
    recorded: change !== null,
    keep: options.keep,
    signal: context.signal,
    onStep: (step) => say(colors.dim(`  ${step}`)),
  })
  for (const note of world.notes) for (const line of wrap(note, screen.columns())) say(colors.yellow(line))
  say(`Model        ${world.model.name}`)
  const repository = await world.importRepository(source)
  say(fit(`Repository   ${repository.fullName} at ${source.commit.slice(0, 12)}`, screen.columns()))
  const opened = await world.openAndLabelIssue({ repository, issue, change })
  say(fit(`Issue        #${opened.number} ${issue.title}`, screen.columns()))
  say()
  const detail = await followOnScreen(world, opened.taskId, context)
  const proof = detail.pullRequest === null ? null : await verifyInWorld(world, repository, detail.id, context.root)
  const result = tryResult(detail, proof)
  if (options.json !== null) await writeResult(options.json, result)
  await showEnd(world, detail, context)
  if (proof !== null)
    say(proof.verified ? colors.dim(`Proof ${proof.hash}, verified`) : colors.red(`The proof ${proof.hash} could NOT be verified.`))
  if (options.keep) say(colors.dim(`Kept: ${world.directory}`))
  return proof?.verified === false ? 1 : exitCodeOf(result)
}

/** Everything `loom verify` asks, while the world still answers: signature, reports, and the commit in its repository. */
const verifyInWorld = async (world: World, { fullName }: LocalRepository, taskId: string, root: string) => {
  const url = `${world.url}/api/v1/tasks/${encodeURIComponent(taskId)}/proof`
  const [owner = "", name = ""] = fullName.split("/")
  const trusted = (await keysOfThisMachine(root)) ?? { keys: [], source: "nowhere" }
  const { sha256, verified } = await verifyWith(trusted, world.apiToken, {
    proof: url,
    repo: world.github.repositoryPath(owner, name),
    hash: null,
  })
  return { hash: sha256, url, verified }
}

const mustBeWritable = (path: string): Promise<void> =>
  access(dirname(path), constants.W_OK).catch(() => {
    throw new BadInput({ detail: `The result cannot be written: ${dirname(path)} is no folder that can be written to (--json).` })
  })

const writeResult = async (path: string, result: TryResult): Promise<void> => {
  const encoded = await Schema.encodePromise(TryResult)(result)
  await writeFile(path, `${JSON.stringify(encoded, null, 2)}\n`)
}
