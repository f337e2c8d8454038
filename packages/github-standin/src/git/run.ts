import { spawn } from "node:child_process"
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"

export class GitError extends Error {
  readonly code: number
  readonly stderr: string
  constructor(args: ReadonlyArray<string>, code: number, stderr: string) {
    super(`git ${args.slice(0, 3).join(" ")} ended with ${code}: ${stderr.trim()}`)
    this.code = code
    this.stderr = stderr
  }
}

export interface GitOptions {
  readonly input?: string | Buffer
  readonly env?: Record<string, string>
  /** Exit codes that are answers, not errors. Default: only 0. */
  readonly okCodes?: ReadonlyArray<number>
}

/**
 * GitHub lets any reachable commit be fetched and hides `refs/pull/*` from pushes. No background gc: REST makes loose, unreferenced
 * objects. What is pushed is foreign: it is checked (`fsck`), bounded, and large blobs are streamed, never held; a checkout (rebase) makes
 * no links.
 */
const GIT_CONFIG = `[safe]
	directory = *
[gc]
	auto = 0
[maintenance]
	auto = false
[receive]
	autogc = false
	hideRefs = refs/pull
	fsckObjects = true
	maxInputSize = 268435456
[http]
	receivepack = true
[uploadpack]
	allowFilter = true
	allowReachableSHA1InWant = true
[pack]
	windowMemory = 64m
	threads = 1
[submodule]
	recurse = false
[user]
	name = GitHub
	email = noreply@github.com
[core]
	fsmonitor = false
	symlinks = false
	protectHFS = true
	protectNTFS = true
	bigFileThreshold = 16m
	packedGitWindowSize = 32m
	packedGitLimit = 256m
	deltaBaseCacheLimit = 32m
`

/**
 * Refuses files of more than 100 MiB, and workflow files unless the token has the `workflows` permission, as GitHub does.
 * https://docs.github.com/repositories/working-with-files/managing-large-files/about-large-files-on-github
 */
const PRE_RECEIVE = `#!/bin/sh
while read -r old new ref; do
  case "$new" in *[!0]*) ;; *) continue ;; esac
  large=$(git rev-list --objects "$new" --not --all | cut -d' ' -f1 | git cat-file --batch-check='%(objecttype) %(objectsize)' | awk '$1 == "blob" && $2 > 104857600 { n++ } END { print n + 0 }')
  if [ "$large" != 0 ]; then
    echo "error: GH001: Large files detected: $large larger than GitHub's file size limit of 100.00 MB ($ref)" >&2
    exit 1
  fi
  [ "$STANDIN_MAY_WRITE_WORKFLOWS" = 1 ] && continue
  if [ -n "$(git rev-list --max-count=1 "$new" --not --all -- .github/workflows)" ]; then
    echo "refusing to allow a GitHub App to create or update a file in .github/workflows without \\\`workflows\\\` permission ($ref)" >&2
    exit 1
  fi
done
`

/** What one git command may say: more is no answer that REST gives. */
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024

/** Runs git under one written configuration, whatever the machine's own configuration says. */
export class Git {
  readonly environment: Record<string, string>

  constructor(dataDir: string) {
    const hooks = join(dataDir, "hooks")
    mkdirSync(hooks, { recursive: true })
    writeFileSync(join(hooks, "pre-receive"), PRE_RECEIVE, { mode: 0o755 })
    const config = join(dataDir, "gitconfig")
    writeFileSync(config, `${GIT_CONFIG}\thooksPath = ${hooks}\n`)
    this.environment = {
      PATH: process.env.PATH ?? "/usr/bin:/bin",
      HOME: dataDir,
      LC_ALL: "C",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: config,
      GIT_TERMINAL_PROMPT: "0",
    }
  }

  run(cwd: string, args: ReadonlyArray<string>, options: GitOptions = {}): Promise<{ readonly code: number; readonly stdout: Buffer }> {
    return new Promise((resolve, reject) => {
      const child = spawn("git", args, { cwd, env: { ...this.environment, ...options.env } })
      const stdout: Array<Buffer> = []
      const stderr: Array<Buffer> = []
      let bytes = 0
      child.stdout.on("data", (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes <= MAX_OUTPUT_BYTES) return void stdout.push(chunk)
        stderr.push(Buffer.from(`more than ${MAX_OUTPUT_BYTES} bytes\n`))
        child.kill()
      })
      child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk))
      child.stdin.on("error", () => {})
      child.on("error", reject)
      child.on("close", (exitCode) => {
        const code = exitCode ?? -1
        if (code === 0 || options.okCodes?.includes(code)) resolve({ code, stdout: Buffer.concat(stdout) })
        else reject(new GitError(args, code, Buffer.concat(stderr).toString()))
      })
      child.stdin.end(options.input ?? "")
    })
  }
}

/** One bare repository: the truth about its commits, files and refs. */
export class BareRepository {
  readonly git: Git
  readonly path: string

  constructor(git: Git, path: string) {
    this.git = git
    this.path = path
  }

  async bytes(args: ReadonlyArray<string>, options?: GitOptions): Promise<Buffer> {
    return (await this.git.run(this.path, args, options)).stdout
  }

  async text(args: ReadonlyArray<string>, options?: GitOptions): Promise<string> {
    return (await this.bytes(args, options)).toString().trimEnd()
  }

  /** Null where git answers with an error: "is there such a thing?" */
  async maybe(args: ReadonlyArray<string>): Promise<string | null> {
    const { code, stdout } = await this.git.run(this.path, args, { okCodes: [1, 2, 128] })
    return code === 0 ? stdout.toString().trimEnd() : null
  }
}
