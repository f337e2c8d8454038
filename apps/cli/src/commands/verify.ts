import { verifyProof, type Verification, type VerifyOptions } from "../proof/verify-proof.ts"
import type { Colors } from "../render/colors.ts"
import { plain, wrap } from "../render/text.ts"
import type { CommandContext } from "./start.ts"

/** Whether a proof is what it says it is: 0 when every check says yes, 1 when one says no. */
export const verify = async (options: VerifyOptions & { readonly json: boolean }, context: CommandContext): Promise<number> => {
  const { colors, env, root, screen } = context
  const verification = await verifyProof(options, root, env)
  if (options.json) screen.write(`${JSON.stringify(jsonOf(verification), null, 2)}\n`)
  else for (const line of linesOf(verification, screen.columns(), colors)) screen.write(`${line}\n`)
  return verification.verified ? 0 : 1
}

const jsonOf = ({ checks, keyId, keySource, sha256, statement, verified }: Verification) => ({
  verified,
  sha256,
  keyId,
  keySource,
  checks,
  repository: statement?.predicate.repository ?? null,
  issue: statement?.predicate.issue ?? null,
  base: statement?.predicate.base.commit ?? null,
  commit: statement?.predicate.head.commit ?? null,
  verdict: statement?.predicate.comparison.verdict ?? null,
})

const linesOf = ({ checks, keySource, statement, verified }: Verification, columns: number, colors: Colors): ReadonlyArray<string> => {
  const failed = checks.find(({ ok }) => ok === false)
  const words = checks.flatMap(({ detail, name, ok }) => {
    const [first = "", ...rest] = wrap(plain(`${name}: ${detail}`), columns - 9)
    const mark = ok === null ? colors.dim("not asked") : ok ? colors.green("ok       ") : colors.red("NO       ")
    return [`${mark}${first}`, ...rest.map((line) => `         ${line}`)]
  })
  if (!verified || statement === null) {
    const meaning =
      statement === null
        ? "This is not a proof as it was signed: nothing in it is to be believed."
        : "The proof itself is genuine; what it was held against does not agree with it."
    return [...words, "", colors.red(colors.bold(`NOT verified: ${failed?.name ?? "it says nothing"}.`)), ...wrap(meaning, columns)]
  }
  const { base, comparison, head, issue, loom, modelNote, models, repository } = statement.predicate
  const by = [...new Set(Object.values(models).flat())].join(", ")
  return [
    ...words,
    "",
    colors.green(colors.bold("Verified.")),
    ...wrap(plain(`${repository}, issue #${issue}: commit ${head.commit} on ${base.commit}`), columns),
    ...wrap(plain(`Verdict ${comparison.verdict}: ${comparison.reason}`), columns),
    ...wrap(plain(`Made by Loom ${loom} with ${by}${modelNote === null ? "" : ` (${modelNote})`}`), columns),
    ...wrap(plain(`Key from ${keySource}`), columns),
  ]
}
