import type { BareRepository } from "./run.ts"

export const SHA = /^[0-9a-f]{40}$/
export const ZERO_SHA = "0".repeat(40)

/** Branches and tags with the object they point at. `refs/pull/*` is the stand-in's own and not listed. */
export async function listRefs(repo: BareRepository): Promise<Record<string, string>> {
  const text = await repo.text(["for-each-ref", "--format=%(refname) %(objectname)", "refs/heads", "refs/tags"])
  return Object.fromEntries(
    text
      .split("\n")
      .filter(Boolean)
      .map((line) => {
        const cut = line.indexOf(" ")
        return [line.slice(0, cut), line.slice(cut + 1)] as const
      }),
  )
}

/** SHA and type of an object by any name git understands, or null. */
export async function objectOf(repo: BareRepository, name: string): Promise<{ readonly sha: string; readonly type: string } | null> {
  if (name.startsWith("-") || /[\n\0]/.test(name)) return null
  const text = await repo.text(["cat-file", "--batch-check=%(objectname) %(objecttype)"], { input: `${name}\n` })
  const [sha = "", type = ""] = text.split(" ")
  return SHA.test(sha) && ["commit", "tree", "blob", "tag"].includes(type) ? { sha, type } : null
}

/** The commit a branch, tag or SHA names, as GitHub's `ref` parameters take it; null when there is none. */
export async function commitOf(repo: BareRepository, ref: string): Promise<string | null> {
  const names = SHA.test(ref)
    ? [ref]
    : ref.startsWith("refs/")
      ? [ref]
      : [`refs/heads/${ref}`, `refs/tags/${ref}`, `refs/${ref}`, /^[0-9a-f]{7,39}$/.test(ref) ? ref : ""]
  for (const name of names.filter(Boolean)) {
    const object = await objectOf(repo, `${name}^{commit}`)
    if (object) return object.sha
  }
  return null
}

export async function isAncestor(repo: BareRepository, ancestor: string, descendant: string): Promise<boolean> {
  return (await repo.git.run(repo.path, ["merge-base", "--is-ancestor", ancestor, descendant], { okCodes: [1, 128] })).code === 0
}

export async function isValidRefName(repo: BareRepository, ref: string): Promise<boolean> {
  return (await repo.maybe(["check-ref-format", ref])) !== null
}

/** Points `ref` at `sha` if it still is at `from` (`ZERO_SHA`: must not exist). False when another writer was faster. */
export async function moveRef(repo: BareRepository, ref: string, sha: string, from: string): Promise<boolean> {
  return (await repo.git.run(repo.path, ["update-ref", ref, sha, from], { okCodes: [1, 128] })).code === 0
}

export async function deleteRef(repo: BareRepository, ref: string): Promise<void> {
  await repo.bytes(["update-ref", "-d", ref])
}
