import { SHA } from "./refs.ts"
import type { BareRepository } from "./run.ts"

export interface Signature {
  readonly name: string
  readonly email: string
  /** ISO 8601 in UTC, as the REST API prints it. */
  readonly date: string
}

export interface Commit {
  readonly sha: string
  readonly tree: string
  readonly parents: ReadonlyArray<string>
  readonly author: Signature
  readonly committer: Signature
  readonly message: string
}

const FORMAT = "%H%x00%T%x00%P%x00%an%x00%ae%x00%at%x00%cn%x00%ce%x00%ct%x00%B%x00"
const FIELDS = 10

const isoSeconds = (seconds: string): string => new Date(Number(seconds) * 1000).toISOString().replace(".000Z", "Z")

function parseCommits(text: string): Array<Commit> {
  const fields = text.split("\0")
  const commits: Array<Commit> = []
  for (let at = 0; at + FIELDS <= fields.length; at += FIELDS) {
    const [sha, tree, parents, authorName, authorEmail, authoredAt, name, email, at_, body] = fields.slice(at, at + FIELDS) as [
      string,
      string,
      string,
      string,
      string,
      string,
      string,
      string,
      string,
      string,
    ]
    commits.push({
      sha: sha.trim(),
      tree,
      parents: parents.split(" ").filter(Boolean),
      author: { name: authorName, email: authorEmail, date: isoSeconds(authoredAt) },
      committer: { name, email, date: isoSeconds(at_) },
      message: body.replace(/\n$/, ""),
    })
  }
  return commits
}

export async function readCommit(repo: BareRepository, sha: string): Promise<Commit> {
  const commit = parseCommits(await repo.text(["show", "--no-patch", `--format=${FORMAT}`, sha]))[0]
  if (!commit) throw new Error(`no commit ${sha}`)
  return commit
}

export interface LogOptions {
  readonly path?: string | undefined
  readonly author?: string | undefined
  readonly since?: string | undefined
  readonly until?: string | undefined
  readonly skip?: number
  readonly limit?: number
  readonly oldestFirst?: boolean
  /** Nothing reachable from these. */
  readonly exclude?: ReadonlyArray<string>
}

/** Commits of a range such as `sha` or `base..head`, newest first unless asked otherwise. */
export async function log(repo: BareRepository, range: string, options: LogOptions = {}): Promise<Array<Commit>> {
  const args = ["log", `--format=${FORMAT}`]
  if (options.oldestFirst) args.push("--reverse", "--topo-order")
  if (options.skip) args.push(`--skip=${options.skip}`)
  if (options.limit !== undefined) args.push(`--max-count=${options.limit}`)
  if (options.author) args.push("--fixed-strings", `--author=${options.author}`)
  if (options.since) args.push(`--since=${options.since}`)
  if (options.until) args.push(`--until=${options.until}`)
  args.push(range, ...(options.exclude ?? []).map((sha) => `^${sha}`), "--")
  if (options.path) args.push(`:(literal)${options.path}`)
  return parseCommits(await repo.text(args))
}

export async function countCommits(repo: BareRepository, range: string): Promise<number> {
  return Number(await repo.text(["rev-list", "--count", range, "--"]))
}

export interface NewCommit {
  readonly message: string
  readonly tree: string
  readonly parents: ReadonlyArray<string>
  readonly author: Signature
  readonly committer: Signature
}

const gitDate = (iso: string): string => `${Math.floor(Date.parse(iso) / 1000)} ${zoneOf(iso)}`
const zoneOf = (iso: string): string => /([+-]\d\d):?(\d\d)$/.exec(iso)?.slice(1).join("") ?? "+0000"

export async function writeCommit(repo: BareRepository, commit: NewCommit): Promise<string> {
  const sha = await repo.text(["commit-tree", commit.tree, ...commit.parents.flatMap((parent) => ["-p", parent])], {
    input: commit.message,
    env: {
      GIT_AUTHOR_NAME: commit.author.name,
      GIT_AUTHOR_EMAIL: commit.author.email,
      GIT_AUTHOR_DATE: gitDate(commit.author.date),
      GIT_COMMITTER_NAME: commit.committer.name,
      GIT_COMMITTER_EMAIL: commit.committer.email,
      GIT_COMMITTER_DATE: gitDate(commit.committer.date),
    },
  })
  if (!SHA.test(sha)) throw new Error(`git commit-tree said ${sha}`)
  return sha
}
