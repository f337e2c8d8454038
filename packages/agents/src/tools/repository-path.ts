import { Effect } from "effect"
import { ToolProblem } from "./ToolProblem.ts"

/** The repository's checkout inside the sandbox. */
const WORKSPACE = "/workspace"

/**
 * A path as a model writes it, as a path relative to the repository root: `./src//a.ts` and `/workspace/src/a.ts` (what `pwd`
 * told it) are `src/a.ts`. Everything outside the repository, and git's own directory, is refused. This keeps a model on its
 * way; the wall is the sandbox.
 */
export const repositoryPath = (path: string): Effect.Effect<string, ToolProblem> => {
  const refuse = (why: string) =>
    Effect.fail(
      new ToolProblem({
        explanation: `The path ${JSON.stringify(path.slice(0, 200))} ${why}. Give a path relative to the repository root, e.g. "src/index.ts".`,
      }),
    )
  if (path.includes("\0")) return refuse("holds a NUL character")
  const inside = path === WORKSPACE || path.startsWith(`${WORKSPACE}/`) ? path.slice(WORKSPACE.length + 1) : path
  if (/^([/\\~]|[a-z]:)/i.test(inside)) return refuse("is absolute")
  const parts = inside.split("/").filter((part) => part !== "" && part !== ".")
  if (parts.includes("..")) return refuse('leaves the repository with ".."')
  if (parts.some((part) => part.toLowerCase() === ".git")) return refuse("is inside git's own directory")
  return Effect.succeed(parts.length === 0 ? "." : parts.join("/"))
}

/** The same for a file: the root itself is refused. */
export const filePath = (path: string): Effect.Effect<string, ToolProblem> =>
  repositoryPath(path).pipe(
    Effect.filterOrFail(
      (found) => found !== ".",
      () => new ToolProblem({ explanation: "This names the repository itself; give the path of a file." }),
    ),
  )
