import { text } from "node:stream/consumers"
import { pipeline } from "node:stream/promises"
import type { Readable, Writable } from "node:stream"
import { problem, type HttpProblem } from "../http/problem.ts"
import type { BoxProcess } from "../isolation/Isolator.ts"
import type { Session } from "../Session.ts"

/**
 * Files are read and written by programs inside the sandbox. The daemon never opens a path of a workspace: a symlink would lead it
 * out, and git's own hooks would run with its rights (facts/sandbox.md 3).
 */
/** The file is looked at again once it is open (another program may have changed it for a pipe), and read as long as it was then. */
const READ = `[ -e "$1" ] || exit 44; [ -d "$1" ] && exit 45; [ -f "$1" ] || exit 46
exec 3< "$1"; [ -f /proc/self/fd/3 ] || exit 46
exec head -c "$(stat -c %s - <&3)" <&3`
/** Names are cut by the shell itself: `$(dirname …)` would lose the line feeds that a name ends with. */
const WRITE = `f=$1; if [ -L "$f" ]; then f=$(readlink -m -- "$f" && echo .) || exit 47; f=\${f%??}; fi
[ -d "$f" ] && exit 45
d=\${f%/*} && mkdir -p -- "$d/" || exit 47
t=$(mktemp -- "$d/.loom-XXXXXXXX") || exit 47
trap 'rm -f -- "$t"' EXIT
cat > "$t" && if [ -e "$f" ]; then chmod --reference="$f" -- "$t"; else chmod 644 -- "$t"; fi && mv -fT -- "$t" "$f"`
const PACK = `[ -e "$1" ] || exit 44; [ -d "$1" ] || exit 48; exec tar -C "$1" -cf - .`
const UNPACK = `mkdir -p -- "$1" || exit 47; exec tar -C "$1" -xf - --no-same-owner --no-overwrite-dir`

const TIME_LIMIT_MS = 600_000
/** Until the first byte: whoever puts a pipe in the place of a file between look and open does not keep the reader for long. */
const FIRST_BYTE_MS = 30_000
const ERROR_BYTES = 4000

const failure = (code: number | null, path: string, errors: string): HttpProblem => {
  const detail = errors.trim().slice(-1000)
  switch (code) {
    case 44:
      return problem("file_not_found", `${path} does not exist`, "check the path; it is relative to the workspace")
    case 45:
    case 46:
      return problem("not_a_file", `${path} is not a regular file`, "use the tar route for directories")
    case 48:
      return problem("not_a_directory", `${path} is not a directory`, "use the files route for files")
    default:
      return problem(
        "file_refused",
        `${path}: ${detail || `the helper ended with ${code ?? "a kill"}`}`,
        "write below the workspace, and check its free space",
      )
  }
}

/** A name in other bytes than UTF-8 cannot be asked for: decoding has made another name of it. */
const refuseUndecodable = (path: string): void => {
  if (path.includes("\ufffd") || !path.isWellFormed())
    throw problem("invalid_request", "the path is not UTF-8", "name it in UTF-8, or use the tar route")
}

const start = async (session: Session, script: string, path: string, stdin: "none" | "pipe") => {
  refuseUndecodable(path)
  const child = await session.helper(["/bin/sh", "-c", script, "sh", session.path(path)], stdin)
  const timer = setTimeout(child.kill, TIME_LIMIT_MS)
  void child.gone.then(() => clearTimeout(timer))
  return { child, errors: limitedText(child) }
}

const limitedText = async (child: BoxProcess): Promise<string> => {
  const limited = async function* () {
    let left = ERROR_BYTES
    for await (const chunk of child.stderr as AsyncIterable<Buffer>) {
      if (left > 0) yield chunk.subarray(0, left)
      left -= chunk.length
    }
  }
  return text(limited())
}

/** Streams what `script` prints to the sink that `begin` opens; `begin` is called once it is known that there is something to send. */
const send = async (session: Session, script: string, path: string, begin: () => Writable): Promise<void> => {
  const { child, errors } = await start(session, script, path, "none")
  const ended = Promise.all([child.main, errors])
  const late = setTimeout(child.kill, FIRST_BYTE_MS)
  const first = await firstChunk(child.stdout).finally(() => clearTimeout(late))
  if (first === null) {
    const [{ code }, message] = await ended
    if (code !== 0) throw failure(code, path, message)
    begin().end()
    return
  }
  const sink = begin()
  sink.once("close", child.kill)
  const all = async function* () {
    yield first
    yield* child.stdout
    const [{ code }, message] = await ended
    // The headers are gone: a broken connection is the only honest end.
    if (code !== 0) throw failure(code, path, message)
  }
  await pipeline(all, sink).catch(() => sink.destroy())
}

const firstChunk = async (stream: Readable): Promise<Buffer | null> => {
  const iterator = stream.iterator({ destroyOnReturn: false })
  const { done, value } = await iterator.next()
  await iterator.return?.()
  return done ? null : (value as Buffer)
}

const receive = async (session: Session, script: string, path: string, source: Readable): Promise<void> => {
  const { child, errors } = await start(session, script, path, "pipe")
  child.stdout.resume()
  const { stdin } = child
  if (stdin === null) throw new Error("the helper was started without an input")
  // A client that leaves ends the upload as a failure; a helper that ends early has a reason, so the rest is drained and the reason sent.
  source.once("error", child.kill)
  stdin.once("close", () => {
    source.unpipe(stdin)
    source.resume()
  })
  source.pipe(stdin)
  const [{ code }, message] = await Promise.all([child.main, errors])
  if (code !== 0) throw failure(code, path, message)
}

export const readFile = (session: Session, path: string, begin: () => Writable) => send(session, READ, path, begin)
export const readTar = (session: Session, path: string, begin: () => Writable) => send(session, PACK, path, begin)
export const writeFile = (session: Session, path: string, source: Readable) => receive(session, WRITE, path, source)
export const writeTar = (session: Session, path: string, source: Readable) => receive(session, UNPACK, path, source)
