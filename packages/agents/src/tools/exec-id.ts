import { Hash } from "effect"

/**
 * The id of one exec of one tool call: `key` names the step, `call` its tool call. The same call of a repeated step attaches to
 * the exec of the first time. A model asked twice may answer differently, so what is to be run is part of the id.
 */
export const execId = (key: string, call: number, argv: ReadonlyArray<string>, stdin = ""): string =>
  `${key.replaceAll(/[^\w.:/@#-]/g, "-").slice(0, 150)}.t${call}.${(Hash.string(JSON.stringify([argv, stdin])) >>> 0).toString(36)}`
