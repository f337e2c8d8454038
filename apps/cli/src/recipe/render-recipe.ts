import type { Recipe, RecipeLine } from "@loom/core/domain/Recipe"
import { duration, plain } from "../render/text.ts"
import type { RecipeProof } from "./prove-recipe.ts"

/** A JSON string is a YAML string (YAML 1.2), whatever is in it. */
const yamlLine = ({ command, origin }: RecipeLine): string => `  - ${JSON.stringify(command)} # ${plain(origin)}`

/** The recipe as a `.github/loom.yml`, every line with where it came from. */
export const toLoomYml = (recipe: Recipe): string =>
  [
    "# How Loom installs and tests this repository, as it found out by itself. Whatever stands here wins over what it finds.",
    ...(recipe.install.length === 0 ? [] : ["setup:", ...recipe.install.map(yamlLine)]),
    ...(recipe.test.length === 0 ? [] : ["test:", ...recipe.test.map(yamlLine)]),
    ...(recipe.cwd === "." ? [] : [`packages: [${JSON.stringify(recipe.cwd)}]`]),
    "",
  ].join("\n")

const lines = (title: string, commands: ReadonlyArray<RecipeLine>): ReadonlyArray<string> =>
  commands.length === 0
    ? [`${title}nothing`]
    : commands.flatMap(({ command, origin }) => [`${title}${plain(command)}`, `${" ".repeat(title.length)}from ${plain(origin)}`])

/** For a person: the recipe with its origins. */
export const recipeLines = (recipe: Recipe): ReadonlyArray<string> => [
  `language  ${(recipe.languages ?? [recipe.language]).join(", ")}`,
  ...(recipe.frameworks === undefined
    ? []
    : [`framework ${recipe.frameworks.map(({ name, origin }) => `${name} (${origin})`).join(", ")}`]),
  `packages  ${recipe.packageManager ?? "no package manager"}`,
  `runner    ${recipe.runner}`,
  ...Object.entries(recipe.tools).map(([tool, version]) => `wants     ${plain(`${tool} ${version}`)}`),
  ...(recipe.cwd === "." ? [] : [`in        ${recipe.cwd}`]),
  ...lines("install   ", recipe.install),
  ...lines("test      ", recipe.test),
  ...(recipe.services ?? []).map(({ kind, name, origin, port, reason, state }) =>
    plain(`service   ${name} (${kind}${port === null ? "" : `, port ${port}`}) ${state}: ${reason}; from ${origin}`),
  ),
  ...(recipe.packages === undefined
    ? []
    : [
        `monorepo  ${recipe.packages.length} packages (${[...new Set(recipe.packages.map(({ origin }) => origin))].join(", ")}): ${plain(
          recipe.packages
            .map(({ path }) => path)
            .slice(0, 12)
            .join(", "),
        )}`,
      ]),
  ...(recipe.notes ?? []).map((note) => plain(`note      ${note}`)),
]

/** Proven: installed, and its tests ran to their end. */
export const isProven = ({ baseline, failure }: RecipeProof): boolean => failure === null && baseline?.hasTests === true

/** For a person: what became of it. */
export const proofLines = (proof: RecipeProof): ReadonlyArray<string> => {
  const { baseline, failure, prepared, setUpMs, testMs } = proof
  const mended = prepared?.attempts.flatMap(({ fix }) => (fix === null ? [] : [`mended    ${fix}`])) ?? []
  const setUp =
    prepared === null
      ? []
      : [`set up    ${duration(setUpMs)}${prepared.cache.outcome === "restored" ? ", restored from an earlier run" : ""}`, ...mended]
  if (failure !== null)
    return [
      ...setUp,
      `NOT PROVEN at ${failure.stage}: ${plain(failure.reason)}`,
      `what to do: ${plain(failure.remedy)}`,
      ...(failure.evidence === null
        ? []
        : [
            "its own words:",
            ...failure.evidence
              .split("\n")
              .slice(-25)
              .map((line) => `  ${plain(line)}`),
          ]),
    ]
  if (baseline === null) return []
  return baseline.hasTests
    ? [
        ...setUp,
        `tests     ${baseline.summary} (${duration(testMs)})`,
        ...baseline.failing.slice(0, 10).map((test) => `  fails at the base: ${plain(test).slice(0, 200)}`),
        "PROVEN",
      ]
    : [...setUp, `NOT PROVEN: ${baseline.summary} Name the command as \`test:\` in .github/loom.yml.`]
}
