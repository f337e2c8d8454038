import type { Snapshot } from "./Snapshot.ts"

export interface Described {
  /** Files that are only there. */
  readonly paths?: ReadonlyArray<string>
  readonly imports?: Readonly<Record<string, ReadonlyArray<string>>>
  readonly tools?: Readonly<Record<string, string>>
  readonly digests?: Readonly<Record<string, string>>
}

/** A repository of these files on a sandbox with Node 24, npm and pnpm 12. */
export const snapshotOf = (files: Readonly<Record<string, string>>, more: Described = {}): Snapshot => ({
  files: new Map(Object.entries(files)),
  paths: [...Object.keys(files), ...(more.paths ?? [])],
  tools: new Map(
    Object.entries({ node: "v24.1.0", npm: "11.0.0", pnpm: "12.0.0", arch: "x86_64", python3: "Python 3.11.2", ...more.tools }),
  ),
  imports: new Map(Object.entries(more.imports ?? {})),
  digests: new Map(Object.entries(more.digests ?? {})),
})
