import type { StageRecord } from "@loom/core/domain/Stage"
import type { Colors } from "./colors.ts"
import { duration, fit, plain } from "./text.ts"

export const spinnerFrames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"] as const

/** The live view of a run: one line per stage, and under the running one the newest lines of the log. */
export const progressLines = (
  view: { readonly stages: ReadonlyArray<StageRecord>; readonly log: ReadonlyArray<string>; readonly status: string },
  now: number,
  options: { readonly columns: number; readonly frame: number; readonly colors: Colors },
): ReadonlyArray<string> => {
  const { colors, columns } = options
  const spinner = colors.cyan(spinnerFrames[options.frame % spinnerFrames.length] ?? "")
  if (view.stages.length === 0) return [`${spinner} ${fit(view.status, columns - 2)}`]
  return view.stages.flatMap((stage) => {
    const running = stage.outcome === "running"
    const head = stageText(stage, now)
    const summary = plain(stage.summary)
    const room = columns - head.length - 3
    const line = `${running ? spinner : markOf(stage, colors)} ${head}${room > 4 && summary !== "" ? ` ${colors.dim(fit(summary, room))}` : ""}`
    return running ? [line, ...view.log.map((text) => colors.dim(fit(`    ${plain(text)}`, columns)))] : [line]
  })
}

/** The same without a terminal: a line when a stage began and one when it ended. */
export const stageLine = (stage: StageRecord, now: number, columns: number): string =>
  stage.outcome === "running"
    ? `> ${stage.name}`
    : fit(`${wordOf(stage)} ${stageText(stage, now)} ${plain(stage.summary)}`.trimEnd(), columns)

/** `baseline    4.2 s` */
const stageText = (stage: StageRecord, now: number): string =>
  `${stage.name.padEnd(9)} ${duration(Math.max(0, (stage.endedAt ?? now) - stage.startedAt)).padStart(11)}`

const markOf = ({ outcome }: StageRecord, colors: Colors): string =>
  outcome === "ok" ? colors.green("✔") : outcome === "failed" ? colors.red("✘") : colors.dim("–")

const wordOf = ({ outcome }: StageRecord): string => (outcome === "ok" ? "ok     " : outcome === "failed" ? "FAILED " : "skipped")
