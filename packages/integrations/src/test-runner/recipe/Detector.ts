import type { Recipe } from "@loom/core/domain/Recipe"
import type { Snapshot } from "./Snapshot.ts"

/**
 * One language: what its own files say about installing and testing. Pure; null when the repository has none of its files. A recipe
 * without test lines means that the language is there and its tests are not.
 */
export interface Detector {
  /** As `Recipe.language`, and as the extensions of `languages.ts` count it. */
  readonly language: string
  readonly detect: (snapshot: Snapshot) => Recipe | null
}

/** A recipe of which only what differs from an empty one is said. */
export const recipeOf = (parts: Partial<Recipe> & Pick<Recipe, "language">): Recipe => ({
  cwd: ".",
  packageManager: null,
  runner: "exit-code",
  install: [],
  test: [],
  env: {},
  tools: {},
  ...parts,
})

/** Tools from npm live outside the tree. */
export const intoTools = (what: string): string => `npm install --prefix "$HOME/tools" --no-audit --no-fund ${what}`
