import { DIFF_OPTIONS, PATCH_OPTIONS, PATCH_SETTINGS } from "@loom/core/domain/patch-format"
import { WORKSPACE_DIR } from "@loom/core/domain/SandboxProtocol"

/** Plain HTTP inside the sandbox; the gateway adds the capability outside of it. */
export const GIT_HOST = "git.loom.internal"
export const remoteUrl = (fullName: string): string => `http://${GIT_HOST}/${fullName}.git`

/**
 * Commits fetched back from the base. Enough for tests that look at recent history and for `git log` and `git blame` of an
 * agent; tags are not fetched, so a build that calls `git describe` falls back as it does in a shallow clone of a CI.
 */
export const CLONE_DEPTH = 50

/** Settings that outrank every file (git-config "GIT_CONFIG_COUNT"): nothing that the repository says makes git run a program. */
const SETTINGS: ReadonlyArray<readonly [string, string]> = [
  ["safe.directory", "*"],
  ["core.hooksPath", "/dev/null"],
  ["core.fsmonitor", "false"],
  ["core.excludesFile", "/dev/null"],
  ["core.autocrlf", "false"],
  ["core.untrackedCache", "false"],
  ["credential.helper", ""],
  ["protocol.version", "2"],
  ["protocol.allow", "never"],
  ["protocol.http.allow", "always"],
  ["protocol.ext.allow", "never"],
  ["http.followRedirects", "false"],
  ["http.proxy", ""],
  ["http.lowSpeedLimit", "1000"],
  ["http.lowSpeedTime", "60"],
  ["submodule.recurse", "false"],
  ["gc.auto", "0"],
  ["maintenance.auto", "false"],
  ["advice.detachedHead", "false"],
  ...PATCH_SETTINGS,
]

/** Environment of every git exec of Loom's own. */
export const gitEnv = (): Readonly<Record<string, string>> => ({
  LC_ALL: "C",
  TZ: "UTC",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_TERMINAL_PROMPT: "0",
  GIT_ASKPASS: "/bin/false",
  GIT_PAGER: "cat",
  GIT_CONFIG_COUNT: String(SETTINGS.length),
  ...Object.fromEntries(
    SETTINGS.flatMap(([key, value], index) => [
      [`GIT_CONFIG_KEY_${index}`, key],
      [`GIT_CONFIG_VALUE_${index}`, value],
    ]),
  ),
})

/**
 * What installing and testing leaves behind, ignored where it is untracked: many repositories have no `.gitignore` for it, and
 * without this line it would be part of the change, and gone after a restore. Only names that no one gives to sources.
 */
const LEFTOVERS: ReadonlyArray<string> = [
  "node_modules/",
  ".pnpm-store/",
  ".yarn/install-state.gz",
  ".nyc_output/",
  "__pycache__/",
  "*.py[co]",
  ".pytest_cache/",
  ".mypy_cache/",
  ".ruff_cache/",
  ".venv/",
  ".tox/",
  "*.egg-info/",
  "target/debug/",
  "target/release/",
  ".gradle/",
  ".DS_Store",
]

/**
 * Loom's own view of the working tree: a git directory made anew for each exec, so that no `.git/config`, filter, exclude
 * file or hook that code in the sandbox wrote has a say; only objects, the shallow boundary and an index of Loom's own
 * (which keeps file times, so that nothing is hashed twice) come from the workspace. The agent's index stays its own, and
 * Loom's is made anew where somebody set "assume unchanged" or "skip worktree" in it, which would hide changes.
 */
export const OWN_VIEW = `
set -eu
test -d .git/objects || { echo "the repository's .git is gone" >&2; exit 90; }
own=$(mktemp -d); trap 'rm -rf "$own"' EXIT
mkdir -p "$own/refs" "$own/objects" "$own/info"
printf '%s\\n' ${LEFTOVERS.map((pattern) => `'${pattern}'`).join(" ")} > "$own/info/exclude"
printf '[core]\\n\\trepositoryformatversion = 0\\n\\tbare = false\\n' > "$own/config"
printf 'ref: refs/heads/loom\\n' > "$own/HEAD"
if [ -f .git/shallow ]; then cp .git/shallow "$own/shallow"; fi
export GIT_DIR="$own" GIT_WORK_TREE=${WORKSPACE_DIR} GIT_OBJECT_DIRECTORY=${WORKSPACE_DIR}/.git/objects GIT_INDEX_FILE=${WORKSPACE_DIR}/.git/loom-index
rm -f .git/loom-index.lock
if [ -f .git/loom-index ] && git ls-files -v | grep -q '^[a-zS] '; then rm -f .git/loom-index; fi
if [ ! -f .git/loom-index ]; then git read-tree "$BASE"; fi
`

/** Exactly the tree as it is: what an earlier look had added and what is ignored now must not stay. File times are kept. */
const STAGE_ALL = `git reset -q "$BASE"
git add -A .`

/** Idempotent to the last line: the marker is written when everything before it is done. */
export const CLONE = `
set -eu
if [ "$(cat .git/loom-clone 2>/dev/null)" = "$COMMIT" ]; then exit 0; fi
rm -f .git/*.lock
git init -q --template= .
git config remote.origin.url "$URL"
git config remote.origin.fetch '+refs/heads/*:refs/remotes/origin/*'
git fetch -q --no-tags --depth=${CLONE_DEPTH} "$URL" "$COMMIT"
git update-ref "refs/remotes/origin/$BRANCH" "$COMMIT"
git checkout -q -f --no-track -B "$BRANCH" "$COMMIT"
git clean -ffdxq
cp .git/index .git/loom-index
printf %s "$COMMIT" > .git/loom-clone
`

/** Three base64 lines: the patch, its numstat and its name-status; then the tree. `ATTRIBUTES` may turn text into binary. */
export const CHANGE = `${OWN_VIEW}
printf '%s' "$ATTRIBUTES" > "$own/info/attributes"
${STAGE_ALL}
d() { git diff --cached ${DIFF_OPTIONS} "$@" "$BASE" -- | base64 -w0; echo; }
d ${PATCH_OPTIONS}
d --numstat -z
d --name-status -z
git write-tree
`

/** Ignored files (installed packages, caches) stay; everything else becomes base + patch. */
export const RESTORE = `${OWN_VIEW}
printf '%s\\n' "$BASE" > "$own/HEAD"
git reset -q --hard "$BASE"
git clean -ffdq
if [ "$EMPTY" = 0 ]; then git apply --index --binary --whitespace=nowarn -; fi
`

/** A commit without a branch, an editor or a signature: the same tree, parent, words and date are the same SHA. */
export const COMMIT = `${OWN_VIEW}
${STAGE_ALL}
tree=$(git write-tree)
if [ "$tree" = "$(git rev-parse "$BASE^{tree}")" ]; then echo "there is no change to commit" >&2; exit 91; fi
git commit-tree "$tree" -p "$BASE" -F -
`

/** Exit 93: the branch is elsewhere. No `+`, no lease: git itself refuses what is not a fast-forward. */
export const PUSH = `${OWN_VIEW}
remote=$(git ls-remote "$URL" "refs/heads/$BRANCH" | cut -f1)
if [ "$remote" = "$SHA" ]; then exit 0; fi
if [ -n "$remote" ] && ! git merge-base --is-ancestor "$remote" "$SHA" 2>/dev/null; then
  echo "the branch is at $remote, which is not part of this change" >&2; exit 93
fi
git push --porcelain --no-verify "$URL" "$SHA:refs/heads/$BRANCH"
`
