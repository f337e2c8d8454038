import { access } from "node:fs/promises"
import { BadInput } from "../CliError.ts"
import { proveRecipe } from "../recipe/prove-recipe.ts"
import { startRecipeHost } from "../recipe/recipe-host.ts"
import { isProven, proofLines, recipeLines, toLoomYml } from "../recipe/render-recipe.ts"
import { fit, plain } from "../render/text.ts"
import { fetchSource } from "../source-repository.ts"
import type { CommandContext } from "./start.ts"

export interface RecipeOptions {
  /** Absolute path or URL. */
  readonly repository: string
  readonly ref: string | null
  readonly json: boolean
  readonly prove: boolean
  readonly yml: boolean
}

const TEST_TIMEOUT_MS = 20 * 60_000
const MAX_MINUTES = 60

/**
 * How Loom would install and test a repository, and what came of doing so on this machine. Standard output holds the answer alone;
 * progress goes to standard error. Exit code 0 when it is proven (or only asked for), 1 when not.
 */
export const recipe = async (options: RecipeOptions, context: CommandContext): Promise<number> => {
  const { columns, write } = context.screen
  const progress = (line: string) => void process.stderr.write(`${context.colors.dim(fit(plain(line), columns()))}\n`)
  if (options.repository.startsWith("/"))
    await access(options.repository).catch(() => {
      throw new BadInput({ detail: `There is no ${options.repository}.` })
    })
  using source = await fetchSource(options.repository, options.ref)
  progress(`${source.owner}/${source.name} at ${source.commit.slice(0, 12)}`)
  await using host = await startRecipeHost(context.root, context.env)
  const proof = await proveRecipe(host, source, {
    identity: options.repository,
    prove: options.prove,
    say: progress,
    output: (text) => {
      const last = text.trimEnd().split("\n").at(-1) ?? ""
      if (last.trim() !== "") progress(`  ${last}`)
    },
    testTimeoutMs: TEST_TIMEOUT_MS,
    maxMinutes: MAX_MINUTES,
  })
  const proven = isProven(proof)
  for (const problem of proof.problems) progress(problem)
  if (options.json)
    write(
      `${JSON.stringify({ repository: `${source.owner}/${source.name}`, commit: source.commit, proven: options.prove ? proven : null, ...proof }, null, 2)}\n`,
    )
  else if (options.yml) {
    write(toLoomYml(proof.recipe))
    if (options.prove) for (const line of proofLines(proof)) progress(line)
  } else {
    for (const line of recipeLines(proof.recipe)) write(`${line}\n`)
    for (const line of options.prove ? proofLines(proof) : []) write(`${line}\n`)
  }
  return options.prove && !proven ? 1 : 0
}
