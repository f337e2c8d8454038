import type { TaskDetail } from "@loom/core/domain/TaskView"
import { type TimelineRow, timelineRows, totalMs } from "../task/timeline.ts"
import { formatDuration, formatRunning } from "../text/duration.ts"
import { stageWords } from "../text/wording.ts"
import { Icon } from "./Icon.tsx"
import { Untrusted } from "./Text.tsx"
import { useNow } from "./use-now.ts"

const marks: { readonly [K in TimelineRow["outcome"]]: { readonly icon: "good" | "bad" | "busy" | "skip" | null; readonly word: string } } =
  {
    ok: { icon: "good", word: "finished" },
    failed: { icon: "bad", word: "failed" },
    running: { icon: "busy", word: "running" },
    skipped: { icon: "skip", word: "skipped" },
    next: { icon: null, word: "to come" },
    not_reached: { icon: null, word: "not reached" },
  }

const Row = ({ row }: { readonly row: TimelineRow }) => {
  const mark = marks[row.outcome]
  return (
    <li className={`stage stage-${row.outcome}`} aria-current={row.outcome === "running" ? "step" : undefined}>
      <span className="stage-mark">{mark.icon === null ? null : <Icon name={mark.icon} />}</span>
      <div className="stage-text">
        <p className="stage-head">
          <span className="stage-name">
            {stageWords[row.name]}
            <span className="visually-hidden">, {mark.word}</span>
          </span>
          {row.durationMs === null ? null : (
            <span className="stage-time">{row.outcome === "running" ? formatRunning(row.durationMs) : formatDuration(row.durationMs)}</span>
          )}
        </p>
        {row.summary === "" ? null : (
          <p className="stage-summary">
            <Untrusted>{row.summary}</Untrusted>
          </p>
        )}
      </div>
    </li>
  )
}

/** The stages of the run with how long each took; the running one counts on. */
export const Timeline = ({ task, open }: { readonly task: TaskDetail; readonly open: boolean }) => {
  // While it waits, no stage goes on and no time is spent.
  const moves = open && task.status !== "waiting"
  const now = useNow(moves ? 1_000 : null)
  const total = totalMs(task.stages, moves, now)
  return (
    <section className="card" aria-labelledby="stages-heading">
      <div className="card-head">
        <h2 id="stages-heading">Stages</h2>
        {total === null ? null : <span className="muted">{moves ? formatRunning(total) : formatDuration(total)} in all</span>}
      </div>
      <ol className="stages">
        {timelineRows(task.stages, open, now).map((row) => (
          <Row key={row.key} row={row} />
        ))}
      </ol>
    </section>
  )
}
