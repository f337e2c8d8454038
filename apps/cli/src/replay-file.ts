import { Effect, Result } from "effect"
import { parseRecordedChange, type RecordedChange } from "@loom/core/domain/RecordedChange"
import { readFile } from "node:fs/promises"
import { BadInput } from "./CliError.ts"

/** @throws BadInput when the file cannot be read, is not JSON, or is no recorded change */
export const readReplay = async (path: string): Promise<RecordedChange> => {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw new BadInput({ detail: `The replay file ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}` })
  })
  const parsed = await Effect.runPromise(Effect.result(parseRecordedChange(path, text)))
  if (Result.isFailure(parsed)) throw new BadInput({ detail: parsed.failure.message })
  return parsed.success
}
