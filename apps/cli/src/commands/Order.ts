import type { Tier } from "@loom/core/domain/Tier"
import type { RetryStage } from "@loom/core/domain/Wait"
import type { TokenScope } from "../api-client.ts"

export type Shell = "bash" | "zsh" | "fish"

/** What every order to a Loom carries: which one (null: see `remote/connection.ts`), and whether a program reads the answer. */
interface Remote {
  readonly url: string | null
  readonly json: boolean
}

/** One order of a person, checked. Paths are still as they were typed. */
export type Order =
  | { readonly name: "help"; readonly text: string }
  | { readonly name: "completions"; readonly script: string }
  | { readonly name: "start"; readonly exit: boolean; readonly port: number | null }
  | { readonly name: "dev"; readonly port: number | null }
  | {
      readonly name: "try"
      /** A path or URL of a git repository. */
      readonly repository: string
      /** Branch, tag or commit; null for the repository's HEAD. */
      readonly ref: string | null
      readonly issue: string
      readonly replay: string | null
      readonly json: string | null
      readonly keep: boolean
    }
  | { readonly name: "doctor"; readonly json: boolean }
  | {
      readonly name: "verify"
      /** A file or a URL. */
      readonly proof: string
      readonly key: string | null
      readonly repo: string | null
      readonly hash: string | null
      readonly json: boolean
    }
  | { readonly name: "keygen" }
  | {
      readonly name: "recipe"
      /** A path or URL of a git repository. */
      readonly repository: string
      readonly ref: string | null
      readonly json: boolean
      readonly prove: boolean
      readonly yml: boolean
    }
  /** `--exit-code` is that of the command which wrote the file; null when it is not known. */
  | { readonly name: "report"; readonly file: string; readonly json: boolean; readonly exitCode: number | null; readonly runner: string }
  | RemoteOrder

/** What is asked of a Loom that runs, here or elsewhere. */
export type RemoteOrder =
  | (Remote & {
      readonly name: "list"
      readonly status: string | null
      readonly repository: string | null
      readonly search: string | null
      readonly cursor: string | null
      readonly limit: number
    })
  | (Remote & { readonly name: "show"; readonly task: string })
  | (Remote & { readonly name: "cancel" | "pause" | "resume"; readonly task: string })
  | (Remote & { readonly name: "approve"; readonly task: string; readonly note: string | null })
  /** `from` null: from the beginning. */
  | (Remote & { readonly name: "retry"; readonly task: string; readonly from: RetryStage | null })
  | (Remote & { readonly name: "logs"; readonly task: string; readonly follow: boolean; readonly exitStatus: boolean })
  | (Remote & {
      readonly name: "submit"
      readonly repository: string
      /** Null: an issue of this title is opened. */
      readonly issueNumber: number | null
      readonly title: string | null
      /** A file, or `-` for standard input. */
      readonly bodyFile: string | null
      /** Login whose permission counts, where the token is no person's. */
      readonly as: string | null
      /** The plan is shown first, and the run waits until it is approved. */
      readonly approval: boolean
      /** Null: a new one. */
      readonly key: string | null
    })
  | (Remote & { readonly name: "usage"; readonly days: number })
  | (Remote & { readonly name: "openapi" })
  | (Remote & { readonly name: "login"; readonly scope: TokenScope })
  | (Remote & { readonly name: "logout" })
  | (Remote & { readonly name: "whoami" })
  | (Remote & { readonly name: "accounts"; readonly cursor: string | null; readonly limit: number })
  | (Remote & {
      readonly name: "account"
      readonly login: string
      readonly tier: Tier | null
      /** Why; false: let in again; null: as it is. */
      readonly block: string | false | null
    })

export type OrderNamed<N extends Order["name"]> = Extract<Order, { readonly name: N }>
