import { ApiFailed } from "./api-client.ts"
import { BadInput, NoLoom } from "./CliError.ts"

/** What a script reads off the end of a command that could not do its work; README.md has the table. */
export const exitCodeOfError = (error: unknown): 1 | 2 | 3 | 4 | 5 => {
  if (error instanceof BadInput) return 2
  if (error instanceof NoLoom) return 5
  if (!(error instanceof ApiFailed)) return 1
  if (error.status === null) return 5
  if (error.status === 401 || error.status === 403) return 3
  return error.status === 404 ? 4 : 1
}
