import { Context, Effect, Option } from "effect"
import { Argument, CliError, Command, Flag } from "effect/cli"
import type { Order } from "../Order.ts"

/** Takes the order that the words on the command line come to. */
export class Given extends Context.Service<Given, { readonly take: (order: Order) => void }>()("loom/cli/Given") {}

/** The handler of a command: it does nothing, it says what is to be done. */
export const order =
  <A>(of: (input: A) => Order) =>
  (input: A): Effect.Effect<void, never, Given> =>
    Effect.map(Given, ({ take }) => take(of(input)))

/** What no single word can say of itself: null, or one sentence with the remedy. */
export const mustHold = <A>(complaint: (input: A) => string | null) =>
  Command.validate((input: A) => {
    const message = complaint(input)
    return message === null ? Effect.void : Effect.fail(new CliError.ValidationError({ message }))
  })

/** A flag that may be left out: null then. */
export const orNull = <A>(flag: Flag.Flag<A>): Flag.Flag<A | null> =>
  Flag.optional(flag).pipe(Flag.map((value): A | null => Option.getOrNull(value)))

export const isSet = (name: string, description: string) =>
  Flag.Boolean(name).pipe(Flag.withDescription(description), Flag.withDefault(false), Flag.withoutNegation)

export const textFlag = (name: string, metavar: string, description: string) =>
  Flag.String(name).pipe(Flag.withMetavar(metavar), Flag.withDescription(description))

/** A path stays as it was typed; the shell completes it. */
export const fileFlag = (name: string, description: string) => Flag.Path(name).pipe(Flag.withDescription(description))

/** A whole number between two others, both included. */
export const numberFlag = (name: string, what: string, bounds: { readonly minimum: number; readonly maximum: number }) =>
  Flag.String(name).pipe(
    Flag.withMetavar("<n>"),
    Flag.filterMap(
      (text) => {
        const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
        return value >= bounds.minimum && value <= bounds.maximum ? Option.some(value) : Option.none()
      },
      (text) => `--${name} ${JSON.stringify(text)} is no ${what}; give a number from ${bounds.minimum} to ${bounds.maximum}.`,
    ),
  )

export const json = isSet("json", "Print JSON, for programs")

/** What every command that asks a Loom takes. */
export const remote = {
  url: orNull(textFlag("url", "<address>", "Which Loom; else LOOM_URL, the one that `npm start` runs here, or where you signed in last")),
  json,
}

export const task = Argument.String("task").pipe(Argument.withDescription("The id of a task, as `loom list` shows it"))
