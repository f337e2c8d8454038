import type { Recipe } from "@loom/core/domain/Recipe"
import { recipeOf, type Detector } from "./Detector.ts"
import { c } from "./detectors/c.ts"
import { deno } from "./detectors/deno.ts"
import { go } from "./detectors/go.ts"
import { java } from "./detectors/java.ts"
import { make } from "./detectors/make.ts"
import { node } from "./detectors/node.ts"
import { perl } from "./detectors/perl.ts"
import { php } from "./detectors/php.ts"
import { python } from "./detectors/python.ts"
import { ruby } from "./detectors/ruby.ts"
import { rust } from "./detectors/rust.ts"
import { shell } from "./detectors/shell.ts"
import type { Snapshot } from "./Snapshot.ts"

/** In order: of two that are as large, the first is the one that is tested. A language more is a row here and a file in `detectors/`. */
const detectors: ReadonlyArray<Detector> = [node, deno, python, go, rust, ruby, php, java, c, perl, shell, make]

const EXTENSIONS: Readonly<Record<string, RegExp>> = {
  javascript: /\.([cm]?[jt]sx?|vue|svelte)$/,
  typescript: /\.([cm]?[jt]sx?|vue|svelte)$/,
  python: /\.py$/,
  go: /\.go$/,
  rust: /\.rs$/,
  ruby: /\.(rb|rake)$/,
  php: /\.php$/,
  java: /\.(java|kt|groovy|scala)$/,
  c: /\.(c|h|cc|cpp|cxx|hpp)$/,
  perl: /\.(pl|pm|t)$/,
  shell: /\.(sh|bash|bats)$/,
}

/** How many times larger another language must be to go before the first one that has tests. */
const OUTWEIGHS = 3

const weightOf = (snapshot: Snapshot, language: string): number => {
  const pattern = EXTENSIONS[language]
  return pattern === undefined ? 0 : snapshot.paths.filter((path) => pattern.test(path)).length
}

/**
 * What the repository's own files say: of the languages that have tests the first one of the table, or another that has far more
 * files. `languages` names all of them, the tested one first.
 */
export const detected = (snapshot: Snapshot): Recipe => {
  const found = detectors.flatMap(({ detect }) => detect(snapshot) ?? [])
  const tested = found.filter((recipe) => recipe.test.length > 0)
  const first = tested[0]
  const weights = tested.map((recipe) => weightOf(snapshot, recipe.language))
  const heaviest = Math.max(0, ...weights)
  const other = tested[weights.indexOf(heaviest)]
  const chosen =
    first === undefined
      ? (found[0] ?? recipeOf({ language: "unknown" }))
      : other !== undefined && other.runner !== first.runner && heaviest > 0 && heaviest >= OUTWEIGHS * (weights[0] ?? 0)
        ? other
        : first
  const languages = new Set([chosen, ...found].map((recipe) => recipe.language).filter((language) => language !== "unknown"))
  return languages.size === 0 ? chosen : { ...chosen, languages: [...languages] }
}
