import { Option } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { Tier } from "@loom/core/domain/Tier"
import { RetryStage } from "@loom/core/domain/Wait"
import type { RemoteOrder } from "../Order.ts"
import { fileFlag, isSet, mustHold, numberFlag, order, orNull, remote, task, textFlag } from "./words.ts"

const limit = numberFlag("limit", "page size", { minimum: 1, maximum: 100 }).pipe(Flag.withDescription("How many"), Flag.withDefault(25))
const cursor = orNull(textFlag("cursor", "<next>", "Go on where a page ended"))
const fullName = /^[A-Za-z0-9][A-Za-z0-9_-]{0,38}\/[A-Za-z0-9._-]{1,100}$/

const list = Command.make(
  "list",
  {
    ...remote,
    status: orNull(
      Flag.Literals("status", ["pending", "running", "waiting", "completed", "failed", "cancelled"]).pipe(
        Flag.withDescription("Only tasks in this state"),
      ),
    ),
    repository: orNull(textFlag("repo", "<owner/name>", "Only tasks of this repository")),
    search: orNull(textFlag("search", "<text>", "Only tasks with this in them")),
    cursor,
    limit,
  },
  order((given) => ({ name: "list", ...given })),
).pipe(Command.withDescription("The newest tasks, one line each"), Command.withAlias("ls"))

const show = Command.make(
  "show",
  { ...remote, task },
  order((given) => ({ name: "show", ...given })),
).pipe(Command.withDescription("One task: its stages, its tests, its pull request or why there is none"))

const logs = Command.make(
  "logs",
  {
    ...remote,
    task,
    follow: isSet("follow", "Go on until the task has ended").pipe(Flag.withAlias("f")),
    exitStatus: isSet("exit-status", "End with 1 when the task has no proven pull request"),
  },
  order((given) => ({ name: "logs", ...given })),
).pipe(Command.withDescription("The log of a task; --json prints one JSON object a line"))

/** `owner/name#7`, `owner/name`, or the address of an issue. */
const target = (text: string): Option.Option<{ readonly repository: string; readonly issueNumber: number | null }> => {
  const [, name = "", number] =
    /^https?:\/\/[^/]+\/([^/]+\/[^/]+)\/issues\/(\d{1,9})\/?$/.exec(text) ?? /^([^#]+?)(?:#(\d{1,9}))?$/.exec(text) ?? []
  return fullName.test(name) && number !== "0"
    ? Option.some({ repository: name, issueNumber: number === undefined ? null : Number(number) })
    : Option.none()
}

const submit = Command.make(
  "submit",
  {
    ...remote,
    target: Argument.String("issue").pipe(
      Argument.withDescription("owner/name#7 or the issue's address; owner/name with --title"),
      Argument.filterMap(target, (text) => `${JSON.stringify(text)} is no issue; give owner/name#7, or owner/name and --title.`),
    ),
    title: orNull(textFlag("title", "<text>", "Open an issue of this title first")),
    bodyFile: orNull(fileFlag("body-file", "Its body, as Markdown; - for standard input")),
    as: orNull(textFlag("as", "<login>", "Whose permission counts, where the token is no person's")),
    approval: isSet("approval", "Show the plan first, and wait until it is approved: `loom show`, then `loom approve`"),
    key: orNull(textFlag("idempotency-key", "<key>", "The same key asks once, however often it is sent; else a new one")),
  },
  order(({ target: { issueNumber, repository }, ...given }) => ({ name: "submit", repository, issueNumber, ...given })),
).pipe(
  Command.withDescription("Have an issue resolved"),
  mustHold(({ bodyFile, target: { issueNumber }, title }) => {
    if ((issueNumber === null) === (title === null)) return "Give an issue as owner/name#7, or owner/name and --title to open one."
    return bodyFile !== null && title === null ? "--body-file goes with --title." : null
  }),
)

/** Named commands that take a task and nothing else. */
const act = (name: "cancel" | "pause" | "resume", description: string) =>
  Command.make(
    name,
    { ...remote, task },
    order((given) => ({ name, ...given })),
  ).pipe(Command.withDescription(description))

const approve = Command.make(
  "approve",
  { ...remote, task, note: orNull(textFlag("note", "<text>", "What is to be minded when the plan is carried out")) },
  order((given) => ({ name: "approve", ...given })),
).pipe(
  Command.withDescription("Let a task that waits for its plan to be approved carry it out; `loom cancel` rejects it"),
  mustHold(({ note }) => (note === null || note.trim() !== "" ? null : "--note is empty; leave it out, or say what is to be minded.")),
)

const retry = Command.make(
  "retry",
  {
    ...remote,
    task,
    from: orNull(
      Flag.Literals("from", RetryStage.literals).pipe(
        Flag.withDescription("Keep what was done before this stage; `loom show` says from where it can go on. Else from the beginning"),
      ),
    ),
  },
  order((given) => ({ name: "retry", ...given })),
).pipe(Command.withDescription("Try a task again, from the beginning or from a stage"))

const usage = Command.make(
  "usage",
  {
    ...remote,
    days: numberFlag("days", "number of days", { minimum: 1, maximum: 366 }).pipe(
      Flag.withDescription("How far back"),
      Flag.withDefault(30),
    ),
  },
  order((given) => ({ name: "usage", ...given })),
).pipe(Command.withDescription("Tokens and money by day and model; for operators"))

const plain = (name: "openapi" | "logout" | "whoami", description: string) =>
  Command.make(
    name,
    remote,
    order((given): RemoteOrder => ({ name, ...given })),
  ).pipe(Command.withDescription(description))

const login = Command.make(
  "login",
  {
    ...remote,
    scope: Flag.Literals("scope", ["read", "write", "admin"]).pipe(
      Flag.withDescription("What the token may do; admin is for operators"),
      Flag.withDefault("write"),
    ),
  },
  order((given) => ({ name: "login", ...given })),
).pipe(Command.withDescription("Sign in with GitHub; the token is kept in your configuration folder and never printed"))

const accounts = Command.make(
  "accounts",
  { ...remote, cursor, limit },
  order((given) => ({ name: "accounts", ...given })),
).pipe(Command.withDescription("Who has signed in"))

const account = Command.make(
  "account",
  {
    ...remote,
    login: Argument.String("login").pipe(Argument.withDescription("GitHub login of the account")),
    tier: orNull(Flag.Literals("tier", Tier.literals).pipe(Flag.withDescription("Put the account in this tier"))),
    reason: orNull(textFlag("block", "<why>", "Shut the account out")),
    unblock: isSet("unblock", "Let it in again"),
  },
  order(({ reason, unblock, ...given }) => ({ name: "account", block: unblock ? false : reason, ...given })),
).pipe(
  mustHold(({ reason, unblock }) => (unblock && reason !== null ? "Give --block or --unblock, not both." : null)),
  Command.withDescription("What one account uses; --tier, --block and --unblock change it"),
)

const admin = Command.make("admin").pipe(
  Command.withDescription("People and their limits; for operators"),
  Command.withSubcommands([accounts, account]),
)

/** What is asked of a Loom that runs, here or elsewhere. */
export const taskCommands = [
  list,
  show,
  logs,
  submit,
  act("pause", "Hold a task; a run stops within its present step and keeps what it has done"),
  act("resume", "Let a task go on that is paused, or that waits for something you have mended"),
  approve,
  act("cancel", "Stop a task; a run stops within its present step"),
  retry,
] as const
export const loomCommands = [
  login,
  plain("logout", "Revoke the token and forget it"),
  plain("whoami", "Who Loom takes you for, and what you may do"),
  usage,
  admin,
  plain("openapi", "Print the API's OpenAPI document"),
] as const
