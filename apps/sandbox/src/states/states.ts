import type { StateRestored, StateSaved } from "@loom/core/domain/SandboxProtocol"
import { text } from "node:stream/consumers"
import { pipeline } from "node:stream/promises"
import { problem } from "../http/problem.ts"
import type { Session } from "../Session.ts"
import type { StateStore } from "./StateStore.ts"

const TIME_LIMIT_MS = 600_000

/**
 * What an install leaves behind: everything in the workspace that git does not track, and the home, without the caches that only
 * another install would read. `$1` and `$2` are workspace and home; the archive's names start at the root. Of the repository's `.git`
 * only the index is looked at, through a git directory of its own: no setting has a say, and none that is a pipe keeps git waiting.
 */
const PACK = `set -e
cd "$1"
own=$(mktemp -d); list="$own/list"; trap 'rm -rf "$own"' EXIT
work="\${1#/}"; home="\${2#/}"
if [ -d .git ]; then
  [ -f .git/index ] || { echo "the repository's index is gone" >&2; exit 1; }
  mkdir -p "$own/git/objects" "$own/git/refs"; echo 'ref: refs/heads/loom' > "$own/git/HEAD"; cp .git/index "$own/git/index"
  GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null GIT_DIR="$own/git" GIT_WORK_TREE="$1" git ls-files -o --directory -z > "$own/names"
  sed -z "s#^#$work/#" "$own/names" > "$list"
  [ ! -f .git/info/exclude ] || printf '%s\\0' "$work/.git/info/exclude" >> "$list"
fi
find "$2" -mindepth 1 -maxdepth 1 -printf "$home/%f\\0" >> "$list"
tar -C / --exclude="$home/.npm/_cacache" --exclude="$home/.npm/_logs" --exclude="$home/.cache/pip" --exclude="$home/.cache/yarn" --exclude="$home/.cache/uv" --exclude="$home/.bun/install/cache" --exclude="$home/.loom-run" --exclude="$home/.loom-services" --null -T "$list" -cf -`
const UNPACK = `exec tar -C / -xpf - --no-same-owner --no-overwrite-dir`

/** Both run as programs inside the walls; out here the archive is bytes. */
const helper = async (session: Session, script: string, stdin: "none" | "pipe") => {
  const child = await session.helper(["/bin/sh", "-c", script, "sh", session.box.workspace, session.box.home], stdin)
  const timer = setTimeout(child.kill, TIME_LIMIT_MS)
  void child.gone.then(() => clearTimeout(timer))
  return child
}

/** Keeps the session's installed state under `key`. To be asked for after the install and before anything else runs. */
export const saveState = async (store: StateStore | null, session: Session, key: string): Promise<StateSaved> => {
  const startedAt = performance.now()
  const answer = (outcome: StateSaved["outcome"], bytes: number): StateSaved => ({
    outcome,
    bytes,
    ms: Math.round(performance.now() - startedAt),
  })
  if (store === null) return answer("off", 0)
  const known = store.sizeOf(key)
  if (known !== null) return answer("present", known)
  const child = await helper(session, PACK, "none")
  const errors = text(child.stderr)
  const written = await store
    .write(
      key,
      child.stdout,
      child.main.then(({ code }) => code === 0),
    )
    .finally(() => child.kill())
  if (written.outcome === "failed")
    throw problem("file_refused", `the installed state could not be packed: ${(await errors).trim().slice(-500)}`, "go on without it")
  return answer(written.outcome, written.bytes)
}

/** Brings the state of `key` into a fresh session with the repository's commit in it. `damaged`: the session is to be thrown away. */
export const restoreState = async (store: StateStore | null, session: Session, key: string): Promise<StateRestored> => {
  const startedAt = performance.now()
  const answer = (outcome: StateRestored["outcome"], bytes: number): StateRestored => ({
    outcome,
    bytes,
    ms: Math.round(performance.now() - startedAt),
  })
  const entry = (await store?.read(key)) ?? null
  if (store === null || entry === null) return answer(store === null ? "off" : "absent", 0)
  const child = await helper(session, UNPACK, "pipe")
  child.stdout.resume()
  child.stderr.resume()
  if (child.stdin === null) throw new Error("the helper was started without an input")
  // tar may end before its input does; its exit code says how.
  await pipeline(entry.content, child.stdin).catch(() => entry.content.destroy())
  const { code } = await child.main
  if (code === 0) return answer("restored", entry.bytes)
  store.remove(key)
  return answer("damaged", entry.bytes)
}
