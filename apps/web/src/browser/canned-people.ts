import type { Account } from "@loom/core/domain/Account"
import type { ApiToken } from "@loom/core/domain/ApiToken"
import type { Me } from "@loom/core/domain/Me"
import type { RepositoryDetail, RepositorySummary } from "@loom/core/domain/RepositoryView"
import type { Session } from "@loom/core/domain/Session"
import { hostile, recipe } from "./world.ts"

/** What the API would say of people, repositories and the files of a task. */
const now = Date.now()
const day = 86_400_000

export const me: Me = {
  kind: "operator",
  login: "ada",
  accountId: "u_1",
  scopes: ["read", "write", "admin"],
  credential: "session",
  tier: "premium",
  blocked: null,
  allowance: { limit: null, used: 3, remaining: null, resetSeconds: 0 },
  signInUrl: "/auth/login",
}
export const anonymous: Me = {
  ...me,
  kind: "anonymous",
  login: null,
  accountId: null,
  scopes: [],
  credential: null,
  tier: null,
  allowance: null,
}

export const tokens: ReadonlyArray<ApiToken> = [
  {
    id: "tok_1",
    name: `nightly report ${hostile}`,
    scopes: ["read"],
    hint: "loom_4fQx",
    createdAt: now - 3 * day,
    expiresAt: now + 87 * day,
    lastUsedAt: now - 3_600_000,
  },
]
export const sessions: ReadonlyArray<Session> = [
  {
    id: "ses_1",
    client: "Mozilla/5.0 (X11; Linux x86_64) Chrome/141",
    createdAt: now - day,
    lastSeenAt: now - 60_000,
    expiresAt: now + 29 * day,
  },
]
export const accounts: ReadonlyArray<Account> = [
  { id: "u_1", githubId: 1, login: "ada", tier: "premium", blocked: null, createdAt: now - 90 * day, lastSeenAt: now - 60_000 },
  {
    id: "u_2",
    githubId: 2,
    login: "mallory",
    tier: "free",
    blocked: { reason: "Asked for the same thing a thousand times.", at: now - day, by: "ada" },
    createdAt: now - 9 * day,
    lastSeenAt: now - 2 * day,
  },
]

const summary: typeof RepositorySummary.Type = {
  id: 11,
  repository: "acme/parser",
  installationId: 5,
  tasks: { pending: 1, running: 1, waiting: 1, completed: 7, failed: 1, cancelled: 0 },
  lastResult: {
    taskId: "task-58",
    issueNumber: 58,
    title: "split() breaks on separators",
    status: "completed",
    verdict: "pass",
    at: now - 7_200_000,
  },
  recipe,
  findings: [
    {
      code: "setup_failed",
      detail: `npm ci ended with exit code 1. ${hostile}`,
      remedy: "Commit a package-lock.json that matches package.json.",
    },
  ],
}
export const repositories: ReadonlyArray<typeof RepositorySummary.Type> = [
  summary,
  {
    ...summary,
    id: 12,
    repository: "acme/website",
    lastResult: null,
    recipe: null,
    findings: [],
    tasks: { pending: 0, running: 0, waiting: 0, completed: 0, failed: 0, cancelled: 0 },
  },
]
export const repositoryDetail: typeof RepositoryDetail.Type = {
  ...summary,
  defaultBranch: "main",
  archived: false,
  config: { label: "loom:ready", budget_usd: 2, test: ["npm test"], require_tests: true },
  configProblems: ["`budgetUsd` is not a key of loom.yml; did you mean `budget_usd`?"],
}

/** A diff with what a hostile repository may put into one. */
export const patch = [
  "diff --git a/src/split.ts b/src/split.ts",
  "index 1111111..2222222 100644",
  "--- a/src/split.ts",
  "+++ b/src/split.ts",
  "@@ -1,4 +1,5 @@ export const split",
  " import { escape } from './escape.ts'",
  "-export const split = (text, by) => text.split(new RegExp(by))",
  "+export const split = (text, by) =>",
  "+  text.split(new RegExp(escape(by)))",
  " ",
  ` // ${hostile}`,
  'diff --git "a/odd\\342\\200\\256name.txt" "b/odd\\342\\200\\256name.txt"',
  "new file mode 100644",
  "--- /dev/null",
  '+++ "b/odd\\342\\200\\256name.txt"',
  "@@ -0,0 +1,2 @@",
  "+++ b/not-a-header",
  "+<script>globalThis.hacked=3</script>",
  "\\ No newline at end of file",
  "diff --git a/logo.png b/logo.png",
  "index 3333333..4444444 100644",
  "Binary files a/logo.png and b/logo.png differ",
  "",
].join("\n")

const predicate = {
  loom: "0.1.0",
  runId: "run-57-1",
  patch: { sha256: "8d".repeat(32) },
  base: { branch: "main", commit: "3b".repeat(20) },
  head: { branch: "loom/issue-57", commit: "9f".repeat(20) },
  tests: { base: {}, baseReruns: [{}], head: {}, reruns: [] },
  models: { coder: ["claude-opus-5"], reviewer: ["gpt-6"] },
  modelNote: null,
}
export const proof = JSON.stringify({
  payloadType: "application/vnd.in-toto+json",
  payload: Buffer.from(JSON.stringify({ predicate })).toString("base64"),
  signatures: [{ keyid: "SHA256:kX3p", sig: "AA==" }],
})
