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

/**
 * Settings that outrank every file (git-config "GIT_CONFIG_COUNT"): nothing that the repository says makes git run a program, and
 * nothing cached in its `.git` stands in for an object itself (commit-graph, multi-pack-index).
 */
const SETTINGS: ReadonlyArray<readonly [string, string]> = [
  ["safe.directory", "*"],
  ["core.hooksPath", "/dev/null"],
  ["core.fsmonitor", "false"],
  ["core.commitGraph", "false"],
  ["core.multiPackIndex", "false"],
  ["core.protectHFS", "true"],
  ["core.protectNTFS", "true"],
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
  GIT_ATTR_NOSYSTEM: "1",
  GIT_NO_REPLACE_OBJECTS: "1",
  GIT_NO_LAZY_FETCH: "1",
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

/** Repositories inside the repository that are told apart, at most; more of them are no test's left-overs. */
const MAX_NESTED = 200

/** A git directory made anew for each exec: of the workspace's `.git` only objects and the shallow boundary have a say. */
const OWN_DIR = `
set -eu
test -d .git/objects || { echo "the repository's .git is gone" >&2; exit 90; }
own=$(mktemp -d); trap 'rm -rf "$own"' EXIT
mkdir -p "$own/refs" "$own/objects" "$own/info"
printf '%s\\n' ${LEFTOVERS.map((pattern) => `'${pattern}'`).join(" ")} > "$own/info/exclude"
printf '[core]\\n\\trepositoryformatversion = 0\\n\\tbare = false\\n' > "$own/config"
printf 'ref: refs/heads/loom\\n' > "$own/HEAD"
if [ -f .git/shallow ]; then cp .git/shallow "$own/shallow"; fi
export GIT_DIR="$own" GIT_WORK_TREE=${WORKSPACE_DIR} GIT_OBJECT_DIRECTORY=${WORKSPACE_DIR}/.git/objects GIT_INDEX_FILE="$own/index"
`

/**
 * Loom's own view of the working tree: no `.git/config`, filter, exclude file, hook, ref, graft or index that code in the sandbox wrote
 * has a say. Every tracked file is read: no file time and no flag of an index says that it has not changed. First as bytes
 * (`.gitattributes` set aside), then as git would store it, so that a base with line endings against its own attributes is no change.
 * The index is dated ahead: git would otherwise look again at files written in its own second, and only in the second way.
 */
export const OWN_VIEW = `${OWN_DIR}
git read-tree "$BASE"
printf '* -text -ident -filter -working-tree-encoding\\n' > "$own/info/attributes"
looked() { git update-index -q --refresh >/dev/null || true; touch -d 2099-01-01 "$own/index"; }
looked
rm "$own/info/attributes"
looked
`

/**
 * Exactly the tree as it is. A repository of its own inside the tree (a test's left-over, `git init` of an agent) has no place in a
 * commit: git would record a link to a commit that nobody has. Those of the base (submodules) stay what they are.
 */
const STAGE_ALL = `
nested=0
printf '.\\0' > "$own/paths"
find . -path ./.git -prune -o \\( -name node_modules -o -name .venv \\) -prune -o -name .git -printf '%h\\0' -prune > "$own/nested" 2>/dev/null || true
while IFS= read -r -d '' inner; do
  nested=$((nested + 1))
  if [ $nested -gt ${MAX_NESTED} ]; then echo "more than ${MAX_NESTED} git repositories inside the repository" >&2; exit 92; fi
  if [ -z "$(git ls-files -- ":(top,literal)\${inner#./}" | head -c 1)" ]; then printf ':(top,exclude,literal)%s\\0' "\${inner#./}" >> "$own/paths"; fi
done < "$own/nested"
git add -A --pathspec-from-file="$own/paths" --pathspec-file-nul`

/**
 * What is there before the last line has run is not gone on with but removed: code that ran in between (an install that failed, say)
 * may have written a \`.git\` of its own, and the next lines run while the gateway is open. The marker says that all is done.
 */
export const CLONE = `
set -eu
if [ -f .git/loom-clone ] && [ "$(cat .git/loom-clone)" = "$COMMIT" ]; then exit 0; fi
find . -mindepth 1 -delete
git init -q --template= .
git config remote.origin.url "$URL"
git config remote.origin.fetch '+refs/heads/*:refs/remotes/origin/*'
git fetch -q --no-tags --depth=${CLONE_DEPTH} "$URL" "$COMMIT"
git update-ref "refs/remotes/origin/$BRANCH" "$COMMIT"
git checkout -q -f --no-track -B "$BRANCH" "$COMMIT"
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

/**
 * Ignored files (installed packages, caches) stay; everything else becomes base + patch, folders that a test locked too. The patch makes a tree
 * first and files then, by the attributes that it brings itself; `git apply` alone would write them by those of the base.
 */
export const RESTORE = `${OWN_VIEW}
printf '%s\\n' "$BASE" > "$own/HEAD"
find . -path ./.git -prune -o -type d ! -perm -700 -exec chmod u+rwx {} + 2>/dev/null || true
git reset -q --hard "$BASE"
git clean -ffdq
if [ "$EMPTY" = 1 ]; then exit 0; fi
cp "$own/index" "$own/patched"
GIT_INDEX_FILE="$own/patched" git apply --cached --binary --whitespace=nowarn -
git read-tree -u --reset "$(GIT_INDEX_FILE="$own/patched" git write-tree)"
`

/** A commit without a branch, an editor or a signature: the same tree, parent, words and date are the same SHA. */
export const COMMIT = `${OWN_VIEW}
${STAGE_ALL}
tree=$(git write-tree)
if [ "$tree" = "$(git rev-parse "$BASE^{tree}")" ]; then echo "there is no change to commit" >&2; exit 91; fi
git commit-tree "$tree" -p "$BASE" -F -
`

/** Exit 93: the branch is elsewhere. No `+`, no lease: git itself refuses what is not a fast-forward. */
export const PUSH = `${OWN_DIR}
remote=$(git ls-remote "$URL" "refs/heads/$BRANCH" | cut -f1)
if [ "$remote" = "$SHA" ]; then exit 0; fi
if [ -n "$remote" ] && ! git merge-base --is-ancestor "$remote" "$SHA" 2>/dev/null; then
  echo "the branch is at $remote, which is not part of this change" >&2; exit 93
fi
git push --porcelain --no-verify "$URL" "$SHA:refs/heads/$BRANCH"
`
