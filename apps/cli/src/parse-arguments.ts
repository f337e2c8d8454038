import { Effect, FileSystem, Layer, Path, Stdio, Terminal } from "effect"
import { Argument, CliConfig, CliOutput, Command, Completions, GlobalFlag } from "effect/cli"
import { ChildProcessSpawner } from "effect/process"
import { BadInput } from "./CliError.ts"
import type { Order, Shell } from "./commands/Order.ts"
import { commandsHere } from "./commands/syntax/here.ts"
import { loomCommands, taskCommands } from "./commands/syntax/there.ts"
import { Given, order } from "./commands/syntax/words.ts"

const exitCodes = `Exit codes: 0 done; 1 it failed; 2 not said right; 3 not signed in, or not allowed; 4 not found; 5 Loom does not answer.`

const completions = Command.make(
  "completions",
  { shell: Argument.Literals("shell", ["bash", "zsh", "fish"]) },
  order(({ shell }) => ({ name: "completions", script: completionsFor(shell) })),
).pipe(Command.withDescription("Print a completion script: loom completions bash > ~/.local/share/bash-completion/completions/loom"))

const help = Command.make(
  "help",
  {},
  order(() => parseArguments(["--help"])),
).pipe(Command.unlisted)

const loom = Command.make("loom").pipe(
  Command.withDescription(`From a labelled issue to a draft pull request whose tests pass, provably.\n${exitCodes}`),
  Command.withSubcommands([
    { group: "Tasks", commands: taskCommands },
    { group: "A Loom", commands: [...loomCommands] },
    { group: "This machine", commands: [...commandsHere, completions] },
    help,
  ]),
)

/** The head of Effect's script tells of a flag that we have not. */
const completionsFor = (shell: Shell): string =>
  Completions.generate("loom", shell, Completions.fromCommand(loom)).replaceAll("loom --completions ", "loom completions ")

/** Nothing is looked at while words are read: a path stays as it was typed, and a file is opened by the command that needs it. */
const nothingElse = Layer.mergeAll(
  FileSystem.layerNoop({ exists: () => Effect.succeed(false) }),
  Layer.effect(
    Path.Path,
    Effect.map(Path.Path, (path) => ({ ...path, isAbsolute: () => true })),
  ).pipe(Layer.provide(Path.layer)),
  Stdio.layerTest({}),
  Layer.succeed(
    Terminal.Terminal,
    Terminal.make({
      columns: Effect.succeed(80),
      rows: Effect.succeed(24),
      size: Effect.die("unused"),
      readInput: Effect.die("unused"),
      readLine: Effect.die("unused"),
      display: () => Effect.void,
    }),
  ),
  Layer.succeed(
    ChildProcessSpawner.ChildProcessSpawner,
    ChildProcessSpawner.make(() => Effect.die("unused")),
  ),
  CliConfig.layer({ builtIns: [GlobalFlag.Help] }),
)

/**
 * What the words on the command line come to.
 * @throws BadInput with one sentence, the usage of that command, and where to read more
 */
export const parseArguments = (argv: ReadonlyArray<string>, colors = false): Order => {
  let given: Order | null = null
  let complaint: BadInput | null = null
  const formatter = CliOutput.defaultFormatter({ colors })
  const present = (event: CliOutput.Presenter.Event) =>
    Effect.sync(() => {
      if (event._tag === "Help") given = { name: "help", text: formatter.formatHelpDoc(event.helpDoc).trimEnd() }
      if (event._tag === "InvalidInvocation")
        complaint = new BadInput({
          detail: [...new Set(event.errors.map(sentenceOf))].join("\n"),
          remedy: `usage: ${event.helpDoc.usage}\n\`${event.commandPath.join(" ")} --help\` says more.`,
        })
    })
  const program = Command.runWith(loom, { version: "" })(argv.length === 0 ? ["--help"] : argv).pipe(
    Effect.provide(nothingElse),
    Effect.provideService(CliOutput.Presenter, { present }),
    Effect.provideService(Given, { take: (taken) => void (given = taken) }),
    Effect.result,
  )
  Effect.runSync(program)
  if (complaint !== null) throw complaint
  if (given === null) throw new BadInput({ detail: "Nothing was asked. `loom --help` lists the commands." })
  return given
}

type Complaint = CliOutput.Presenter.InvalidInvocation["errors"][number]

const sentenceOf = (error: Complaint): string => {
  if (error._tag === "MissingOption") return `Give --${error.option}.`
  if (error._tag === "MissingArgument") return `Give the ${error.argument}.`
  // Our own sentences (syntax/words.ts) say all there is to say.
  if (error._tag === "InvalidValue" && error.expected.endsWith(".")) return error.expected
  return error.message
}
