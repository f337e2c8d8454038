import type { RecipePackage } from "./Recipe.ts"

/**
 * The packages of a monorepo that a change touches, each once, in the order of `packages`; the deepest folder that holds a file is
 * its package. `.` stands for the root and comes first: files that belong to no package, such as the lock file, may touch all.
 */
export const packagesTouched = (
  files: ReadonlyArray<string>,
  packages: ReadonlyArray<Pick<RecipePackage, "path">>,
): ReadonlyArray<string> => {
  const deepest = packages.map(({ path }) => path).toSorted((a, b) => b.length - a.length)
  const touched = new Set(files.map((file) => deepest.find((path) => file.startsWith(`${path}/`)) ?? "."))
  return [...(touched.has(".") ? ["."] : []), ...packages.map(({ path }) => path).filter((path) => touched.delete(path))]
}
