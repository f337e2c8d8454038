import { randomUUID } from "node:crypto"
import { join } from "node:path"
import { GitError, type BareRepository } from "./run.ts"

/** The tree of merging `head` into `base`, or null when they conflict (`git merge-tree`, git 2.38 or newer). */
export async function mergedTree(repo: BareRepository, base: string, head: string): Promise<string | null> {
  const { code, stdout } = await repo.git.run(repo.path, ["merge-tree", "--write-tree", "--no-messages", base, head], { okCodes: [1, 128] })
  return code === 0 ? stdout.toString().trim() : null
}

/** Replays `base..head` onto `base` in a worktree of its own; null when a commit does not apply. */
export async function rebased(repo: BareRepository, base: string, head: string): Promise<string | null> {
  const worktree = join(repo.path, `standin-rebase-${randomUUID()}`)
  await repo.bytes(["worktree", "add", "--detach", "--quiet", worktree, base])
  try {
    await repo.git.run(worktree, ["cherry-pick", "--allow-empty", `${base}..${head}`])
    return (await repo.git.run(worktree, ["rev-parse", "HEAD"])).stdout.toString().trim()
  } catch (error) {
    if (error instanceof GitError) return null
    throw error
  } finally {
    await repo.bytes(["worktree", "remove", "--force", worktree])
  }
}
