import type { Runner } from "@loom/core/domain/Recipe"

export const variants = ["passing", "failing", "broken", "empty", "hanging", "spoofed"] as const
export type Variant = (typeof variants)[number]
type Files = Readonly<Record<string, string>>

/** One runner with the smallest project that shows each way its tests can end. */
export interface Lane {
  readonly name: string
  readonly runner: Runner
  readonly language: string
  readonly command: string
  /** npm packages of this workspace that must be there. */
  readonly modules: ReadonlyArray<string>
  /** Commands of the system that must succeed, each a program of /usr with its arguments. */
  readonly programs: ReadonlyArray<ReadonlyArray<string>>
  /** Debian packages that bring what `programs` asks for, where the project's own set-up does not install them. */
  readonly debian: string | null
  /** A hang is ended after this: longer than the runner needs to start. */
  readonly hangMs: number
  readonly env: Readonly<Record<string, string>>
  readonly base: Files
  readonly variants: Readonly<Record<Variant, Files>>
}

type Row = Omit<Partial<Lane>, "name" | "runner"> & Pick<Lane, "command" | "variants">

export const lane = (name: string, runner: Runner, row: Row): Lane => ({
  language: "javascript",
  modules: [],
  programs: [],
  debian: null,
  hangMs: 2500,
  env: {},
  base: {},
  ...row,
  name,
  runner,
})

export const packageJson = (more: object): Files => ({ "package.json": JSON.stringify({ name: "x", version: "1.0.0", ...more }) })
