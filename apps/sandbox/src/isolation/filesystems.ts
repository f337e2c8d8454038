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

/** A write of this size failed, or is about to. */
const EXHAUSTED_BELOW_BYTES = 65_536
/** With so little left a program that failed has most likely failed for it. */
const FULL_BELOW_BYTES = 1_048_576
/** A program that fills the disk and makes room again is honest; so long it may take. */
const GRACE_MS = 150
/** Nothing fills a disk faster than this: with much room left it is looked at seldom. */
const FASTEST_BYTES_PER_MS = 4_194_304
const SELDOM_MS = 1000

const lacks = (use: FilesystemUse, belowBytes: number): boolean => use.freeBytes < belowBytes || (use.inodes > 0 && use.freeInodes === 0)

const sentence = (name: string, use: FilesystemUse): string =>
  use.inodes > 0 && use.freeInodes === 0
    ? `${name} holds as many files as it can (${use.inodes})`
    : `${name} is full (${use.totalBytes} bytes)`

/** A filesystem of the session's own, with its size as the limit: being out of room for a while ends what runs. */
export class OwnFilesystem implements SharedLimit {
  readonly #name: string
  readonly #at: number | string
  #fullSince: number | null = null
  #nextAt = 0

  constructor(name: string, at: number | string) {
    this.#name = name
    this.#at = at
  }

  use(): Promise<FilesystemUse> {
    return useOf(this.#at)
  }

  async look(now: number): Promise<LimitHit | null> {
    if (now < this.#nextAt) return null
    const use = await this.use()
    this.#nextAt = now + Math.min(SELDOM_MS, use.freeBytes / FASTEST_BYTES_PER_MS, use.freeInodes / 100)
    if (!lacks(use, EXHAUSTED_BELOW_BYTES)) {
      this.#fullSince = null
      return null
    }
    this.#fullSince ??= now
    return now - this.#fullSince < GRACE_MS ? null : { reason: "disk_full", detail: sentence(this.#name, use) }
  }

  /** Whether it has no room at this moment. */
  async full(): Promise<LimitHit | null> {
    const use = await this.use()
    return lacks(use, FULL_BELOW_BYTES) ? { reason: "disk_full", detail: sentence(this.#name, use) } : null
  }
}
