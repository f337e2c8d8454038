import { Effect } from "effect"
import type { Sandbox, SandboxError } from "@loom/core/ports/Sandbox"
import { quoteUntrusted } from "../prompts/quote-untrusted.ts"
import { boundOutput } from "../tools/bound-output.ts"
import { execId } from "../tools/exec-id.ts"

const LISTING_CHARS = 16_000
const README_CHARS = 4_000

/** What the planner sees of the repository: its tracked files and the head of its README, both as data. */
export const surveyRepository = (sandbox: Sandbox["Service"], sessionId: string, key: string): Effect.Effect<string, SandboxError> =>
  Effect.gen(function* () {
    const argv = ["git", "-c", "safe.directory=*", "-c", "core.quotePath=off", "ls-files"]
    const listing = yield* sandbox.exec(sessionId, {
      id: execId(`${key}.survey`, 0, argv),
      argv,
      timeoutMs: 60_000,
      network: "none",
      gateways: false,
    })
    const files = listing.stdout.split("\n").filter((line) => line !== "")
    const readme = files.find((file) => /^readme(?:\.(?:md|rst|txt))?$/i.test(file))
    // A README that cannot be read (a link out of the tree, a directory) is only missing context.
    const text =
      readme === undefined
        ? ""
        : yield* sandbox.readFile(sessionId, readme).pipe(
            Effect.catchIf(
              (error) => error.reason._tag === "FileRefused",
              () => Effect.succeed(""),
            ),
          )
    return [
      `\n# The repository: ${files.length} files`,
      quoteUntrusted("git ls-files", boundOutput(files.join("\n"), "The listing is cut.", LISTING_CHARS), LISTING_CHARS + 500),
      ...(text === "" ? [] : [quoteUntrusted(`head of ${readme ?? ""}`, text.slice(0, README_CHARS), README_CHARS)]),
    ].join("\n")
  })
