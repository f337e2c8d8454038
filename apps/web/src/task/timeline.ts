import type { Stage, StageRecord } from "@loom/core/domain/Stage"
import { stageOrder } from "../text/wording.ts"

/** A line of the timeline: a recorded stage, or one that is still to come. */
export interface TimelineRow {
  readonly key: string
  readonly name: Stage
  readonly outcome: StageRecord["outcome"] | "next" | "not_reached"
  readonly summary: string
  readonly startedAt: number | null
  /** Null where the stage has not begun. */
  readonly durationMs: number | null
}

/** The recorded stages in their order (one may come twice: code, verify, code), and those that never began. */
export const timelineRows = (records: ReadonlyArray<StageRecord>, open: boolean, now: number): ReadonlyArray<TimelineRow> => {
  const recorded = records.map((record, i): TimelineRow => ({
    key: `${i}-${record.name}`,
    name: record.name,
    // A run that was killed may leave a stage open; an ended task has nothing running.
    outcome: record.outcome === "running" && !open ? "not_reached" : record.outcome,
    summary: record.summary,
    startedAt: record.startedAt,
    durationMs:
      record.endedAt === null ? (open ? Math.max(0, now - record.startedAt) : null) : Math.max(0, record.endedAt - record.startedAt),
  }))
  const begun = new Set(records.map((record) => record.name))
  const missing = stageOrder
    .filter((name) => !begun.has(name))
    .map((name): TimelineRow => ({
      key: name,
      name,
      outcome: open ? "next" : "not_reached",
      summary: "",
      startedAt: null,
      durationMs: null,
    }))
  // Cleaning up comes last, also when the run stopped early.
  const end = recorded.at(-1)?.name === "close" ? recorded.length - 1 : recorded.length
  return [...recorded.slice(0, end), ...missing, ...recorded.slice(end)]
}

/** From the first stage's start to the last one's end, or to now while the task is open; null before the first. */
export const totalMs = (records: ReadonlyArray<StageRecord>, open: boolean, now: number): number | null => {
  const first = records[0]
  if (first === undefined) return null
  const end = open ? now : Math.max(...records.map((record) => record.endedAt ?? record.startedAt))
  return Math.max(0, end - first.startedAt)
}
