import { Option } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { fileFlag, isSet, json, mustHold, numberFlag, order, orNull, textFlag } from "./words.ts"

const port = orNull(
  numberFlag("port", "port", { minimum: 1, maximum: 65_535 }).pipe(Flag.withDescription("Of Loom; any free one when left out")),
)
const ref = orNull(textFlag("ref", "<commit>", "Branch, tag or commit; else what the repository's HEAD is"))
const repository = Argument.String("repository").pipe(Argument.withDescription("The path or URL of a git repository"))

const start = Command.make(
  "start",
  { exit: isSet("exit", "End after the pull request"), port },
  order((given) => ({ name: "start", ...given })),
).pipe(Command.withDescription("Run the main job on a sample repository, in front of you"))

const dev = Command.make(
  "dev",
  { port },
  order((given) => ({ name: "dev", ...given })),
).pipe(
  Command.withDescription(
    "Serve Loom, a local GitHub and a sandbox on this machine until Ctrl-C, with a sample issue to submit and no run",
  ),
)

const tryIt = Command.make(
  "try",
  {
    repository: Flag.String("repo").pipe(Flag.withMetavar("<path|URL>"), Flag.withDescription("<path or URL of a git repository>")),
    ref,
    issue: fileFlag("issue", "<file.md>: the issue, its title in the first line"),
    replay: orNull(fileFlag("replay", "<file.json>: a recorded change to play instead of a model")),
    json: orNull(fileFlag("json", "<out.json>: where to write the result")),
    keep: isSet("keep", "Leave the local world on disk"),
  },
  order((given) => ({ name: "try", ...given })),
).pipe(
  Command.withDescription("The same job on any git repository and an issue of yours"),
  mustHold(({ issue, repository: typed }) => {
    if (typed.trim() === "") return "Give --repo <path or URL of a git repository>."
    return issue.trim() === "" ? "Give --issue <file.md>." : null
  }),
)

const recipe = Command.make(
  "recipe",
  {
    repository,
    ref,
    json,
    yml: isSet("yml", "Print it as a .github/loom.yml"),
    prove: Flag.Boolean("prove").pipe(Flag.withDescription("Install and test with it, in a sandbox"), Flag.withDefault(true)),
  },
  order((given) => ({ name: "recipe", ...given })),
).pipe(
  Command.withDescription("How Loom installs and tests a repository, where it has that from, and what comes of it here"),
  mustHold(({ json: asJson, yml }) => (asJson && yml ? "Give --json or --yml, not both." : null)),
)

const report = Command.make(
  "report",
  {
    file: Argument.Path("file").pipe(Argument.withDescription("The file: a captured output or a report")),
    json,
    exitCode: orNull(
      numberFlag("exit-code", "exit code", { minimum: 0, maximum: 255 }).pipe(
        Flag.withDescription("Of the command that wrote the file, where it is known"),
      ),
    ),
    runner: textFlag("runner", "<name>", "Which test runner wrote it").pipe(Flag.withDefault("auto")),
  },
  order((given) => ({ name: "report", ...given })),
).pipe(Command.withDescription("What a captured test output or report file proves"))

const verify = Command.make(
  "verify",
  {
    proof: Argument.Path("proof").pipe(Argument.withDescription("The file or URL of a proof")),
    key: orNull(fileFlag("key", "A public key file to trust")),
    repo: orNull(fileFlag("repo", "A clone that holds the commit")),
    hash: orNull(
      textFlag("hash", "<sha-256>", "The proof hash that the pull request names").pipe(
        Flag.filterMap(
          (text) => (/^[0-9a-f]{64}$/i.test(text) ? Option.some(text) : Option.none()),
          (text) => `--hash ${text} is no sha-256; give the 64 hexadecimal digits of the pull request.`,
        ),
      ),
    ),
    json,
  },
  order((given) => ({ name: "verify", ...given })),
).pipe(Command.withDescription("Whether a proof is genuine and its commit is what was tested"))

const keygen = Command.make(
  "keygen",
  {},
  order(() => ({ name: "keygen" })),
).pipe(Command.withDescription("Print a new private key for LOOM_PROOF_KEY"))

const doctor = Command.make(
  "doctor",
  { json },
  order((given) => ({ name: "doctor", ...given })),
).pipe(
  Command.withDescription("Whether this machine, its sandbox, its registries and that Loom are well, each with the command that mends it"),
)

/** What needs no Loom that runs. */
export const commandsHere = [start, dev, tryIt, recipe, report, verify, keygen, doctor] as const
