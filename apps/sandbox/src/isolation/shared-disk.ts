import { execFile } from "node:child_process"
import fs from "node:fs"
import { promisify } from "node:util"
import { BYTES_PER_INODE } from "./disk.ts"
import { GRACE_MS, OwnFilesystem, useOf, type FilesystemUse } from "./filesystems.ts"
import type { LimitHit } from "./Isolator.ts"
import type { SharedLimit } from "./LimitsWatch.ts"

/** Bytes, or files, below `$2…`, which nobody else writes to, and below what `uid` owns in shared directories (those before `--`). */
const COUNT = `flag=$1 uid=$2; shift 2
{ while [ "$1" != -- ]; do find "$1" -mindepth 1 -maxdepth 1 -uid "$uid" -print0; shift; done; shift
for dir; do printf '%s\\0' "$dir"; done; } | du -xsc "$flag" --files0-from=- | tail -n 1`

const FASTEST_BYTES_PER_MS = 4_194_304
/** What nothing may take away from the machine, whoever took the rest. */
const RESERVE_BYTES = 1_073_741_824

/** Beyond this many times the limit there is no grace. */
const FAR_OVER = 1.5
const SLACK_BYTES = 1_048_576
const SLACK_FILES = 128

/** Where a session's files are, on a filesystem that others write to as well. */
export interface SharedPlace {
  /** For messages: `the workspace`. */
  readonly name: string
  readonly maxBytes: number
  /** Directories of the session alone. They and those of `shared` may lie on several filesystems (`docker run --tmpfs` makes one each). */
  readonly own: ReadonlyArray<string>
  /** World-writable directories, in which what `uid` owns is the session's. */
  readonly shared: ReadonlyArray<string>
  readonly uid: number
}

/** One directory of each filesystem that these lie on. */
const perFilesystem = (dirs: ReadonlyArray<string>): ReadonlyArray<string> => [
  ...new Map(dirs.toReversed().map((dir) => [fs.statSync(dir).dev, dir])).values(),
]

const sum = (uses: ReadonlyArray<FilesystemUse>): FilesystemUse =>
  uses.reduce((all, use) => ({
    totalBytes: all.totalBytes + use.totalBytes,
    freeBytes: all.freeBytes + use.freeBytes,
    inodes: all.inodes + use.inodes,
    freeInodes: all.freeInodes + use.freeInodes,
  }))

/**
 * A limit on bytes and files where the kernel keeps none. How much the whole filesystems grew is cheap to ask, and more than the session
 * wrote; only when that passes the limit `du` counts what is really the session's. What `du` cannot see (a file without a name that is
 * still open) may take what is left of the disk, but not its last gibibyte.
 */
export class SharedDisk implements SharedLimit {
  readonly #place: SharedPlace
  readonly #maxFiles: number
  readonly #filesystems: ReadonlyArray<OwnFilesystem>
  readonly #places: ReadonlyArray<string>
  #begin: FilesystemUse | null = null
  /** Growth of the filesystems that needs no second look. */
  #base: { bytes: number; files: number } = { bytes: 0, files: 0 }
  #nextAt = 0
  #over = false
  #overSince: number | null = null
  /** The limits; or, where they are passed already, what is there and a little: enough to make room. */
  #ceiling: { readonly bytes: number; readonly files: number }

  constructor(place: SharedPlace) {
    this.#place = place
    this.#maxFiles = Math.floor(place.maxBytes / BYTES_PER_INODE)
    this.#ceiling = { bytes: place.maxBytes, files: this.#maxFiles }
    this.#places = perFilesystem([...place.own, ...place.shared])
    this.#filesystems = this.#places.map((at) => new OwnFilesystem(`the filesystem of ${at}`, "disk", at))
  }

  async begin(): Promise<void> {
    await Promise.all(this.#filesystems.map((filesystem) => filesystem.begin()))
    this.#begin ??= sum(await this.#uses())
    this.#nextAt = 0
    this.#overSince = null
    const [bytes, files] = this.#over ? [await this.#count("-B1"), await this.#count("--inodes")] : [0, 0]
    this.#over = bytes > this.#place.maxBytes || files > this.#maxFiles
    this.#ceiling = {
      bytes: Math.max(this.#place.maxBytes, this.#over ? bytes + SLACK_BYTES : 0),
      files: Math.max(this.#maxFiles, this.#over ? files + SLACK_FILES : 0),
    }
  }

  async look(now: number): Promise<LimitHit | null> {
    if (now < this.#nextAt) return null
    const uses = await this.#uses()
    const use = sum(uses)
    this.#begin ??= use
    const begin = this.#begin
    const grown = { bytes: begin.freeBytes - use.freeBytes, files: use.inodes === 0 ? 0 : begin.freeInodes - use.freeInodes }
    const { bytes: maxBytes, files: maxFiles } = this.#ceiling
    const room = maxBytes - (grown.bytes - this.#base.bytes)
    this.#nextAt = now + Math.max(0, Math.min(250, room / FASTEST_BYTES_PER_MS))
    const full = (await Promise.all(this.#filesystems.map((filesystem) => filesystem.look(now)))).find((hit) => hit !== null)
    if (full !== undefined) return full
    if (room < 0) {
      const nearlyFull = ({ freeBytes, totalBytes }: FilesystemUse) => freeBytes < Math.min(RESERVE_BYTES, totalBytes / 20)
      if (uses.some(nearlyFull)) return this.#hit("bytes")
      const bytes = await this.#count("-B1")
      if (bytes > maxBytes) return this.#overFor(now, bytes / maxBytes) ? this.#hit("bytes") : null
      this.#base = { ...this.#base, bytes: grown.bytes - bytes }
    }
    if (grown.files - this.#base.files > maxFiles) {
      const files = await this.#count("--inodes")
      if (files > maxFiles) return this.#overFor(now, files / maxFiles) ? this.#hit("files") : null
      this.#base = { ...this.#base, files: grown.files - files }
    }
    this.#overSince = null
    return null
  }

  /** Whether it is over for long enough, or by much: what makes room again at once is honest. */
  #overFor(now: number, share: number): boolean {
    this.#overSince ??= now
    return share > FAR_OVER || now - this.#overSince >= GRACE_MS
  }

  #hit(kind: "bytes" | "files"): LimitHit {
    this.#over = true
    const most = kind === "bytes" ? this.#place.maxBytes : this.#maxFiles
    return { reason: "disk_full", detail: `${this.#place.name} may hold ${most} ${kind}` }
  }

  #uses(): Promise<ReadonlyArray<FilesystemUse>> {
    return Promise.all(this.#places.map(useOf))
  }

  /** What the filesystems hold now, by whomever. */
  async held(): Promise<number> {
    const use = sum(await this.#uses())
    return use.totalBytes - use.freeBytes
  }

  async full(): Promise<LimitHit | null> {
    return (await Promise.all(this.#filesystems.map((filesystem) => filesystem.full()))).find((hit) => hit !== null) ?? null
  }

  async #count(flag: "-B1" | "--inodes"): Promise<number> {
    const { own, shared, uid } = this.#place
    const { stdout } = await promisify(execFile)("/bin/sh", ["-c", COUNT, "sh", flag, String(uid), ...shared, "--", ...own])
    return Number.parseInt(stdout, 10) || 0
  }
}
