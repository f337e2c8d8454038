import fs from "node:fs"
import type { Disk, LimitHit } from "./Isolator.ts"
import type { SharedLimit } from "./LimitsWatch.ts"

/** Numbers of one filesystem, by statfs(2). `inodes: 0` where it does not count them (btrfs). */
export interface FilesystemUse extends Disk {
  readonly inodes: number
  readonly freeInodes: number
}

/** Of a file name, or of an open directory: then no path of a workspace is resolved. */
export const useOf = async (at: number | string): Promise<FilesystemUse> => {
  const stat = await fs.promises.statfs(typeof at === "number" ? `/proc/self/fd/${at}` : at)
  return { totalBytes: stat.blocks * stat.bsize, freeBytes: stat.bavail * stat.bsize, inodes: stat.files, freeInodes: stat.ffree }
}

/**
 * What is free when writes fail. tmpfs gives its last page away; ext4 refuses before, by what its late allocation may yet need: seen with
 * 434 KiB free of 64 MiB.
 */
const leftOver = { tmpfs: () => 65_536, disk: ({ totalBytes }: FilesystemUse) => 1_048_576 + totalBytes / 1000 } as const
/** A program that fills the disk and makes room again is honest; so long it may take. */
export const GRACE_MS = 100
/** Nothing fills a disk faster than this: with much room left it is looked at seldom. */
const FASTEST_BYTES_PER_MS = 4_194_304
const SELDOM_MS = 1000

const lacks = (use: FilesystemUse, kind: keyof typeof leftOver): boolean =>
  use.freeBytes < leftOver[kind](use) || (use.inodes > 0 && use.freeInodes === 0)

const sentence = (name: string, use: FilesystemUse): string =>
  use.inodes > 0 && use.freeInodes === 0
    ? `${name} holds as many files as it can (${use.inodes})`
    : `${name} is full (${use.totalBytes} bytes)`

/** A filesystem of the session's own, with its size as the limit: being out of room for a while ends what runs. */
export class OwnFilesystem implements SharedLimit {
  readonly #name: string
  readonly #kind: keyof typeof leftOver
  readonly #at: number | string
  #fullSince: number | null = null
  /** It was full before what runs now began: that is not ended for it, and can make room. */
  #found = false
  #nextAt = 0

  constructor(name: string, kind: keyof typeof leftOver, at: number | string) {
    this.#name = name
    this.#kind = kind
    this.#at = at
  }

  use(): Promise<FilesystemUse> {
    return useOf(this.#at)
  }

  async begin(): Promise<void> {
    this.#found = lacks(await this.use(), this.#kind)
    this.#fullSince = null
    this.#nextAt = 0
  }

  async look(now: number): Promise<LimitHit | null> {
    if (now < this.#nextAt) return null
    const use = await this.use()
    this.#nextAt = now + Math.min(SELDOM_MS, use.freeBytes / FASTEST_BYTES_PER_MS, use.freeInodes / 100)
    if (!lacks(use, this.#kind)) {
      this.#fullSince = null
      this.#found = false
      return null
    }
    if (this.#found) return null
    this.#fullSince ??= now
    return now - this.#fullSince < GRACE_MS ? null : { reason: "disk_full", detail: sentence(this.#name, use) }
  }

  /** Whether it has no room at this moment. */
  async full(): Promise<LimitHit | null> {
    const use = await this.use()
    return lacks(use, this.#kind) ? { reason: "disk_full", detail: sentence(this.#name, use) } : null
  }
}
