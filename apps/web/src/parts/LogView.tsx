import type { TaskLogView, TaskStatus } from "@loom/core/domain/TaskView"
import { useEffect, useMemo, useRef, useState } from "react"
import { type CustomItemComponentProps, Virtualizer, type VirtualizerHandle } from "virtua"
import { atLeast, type Level, levels, toNdjson } from "../api/log-pages.ts"
import { isOpen } from "../api/polling.ts"
import { useTaskLog } from "../api/queries.ts"
import { formatClock, formatIso } from "../text/duration.ts"
import { plural } from "../text/figures.ts"
import { visibleText } from "../text/untrusted.ts"
import { RequestFailed } from "./Notice.tsx"

const levelWords: { readonly [K in Level]: string } = { debug: "All", info: "Info and worse", warn: "Warnings and errors", error: "Errors" }

/** Distance from the end, in pixels, within which the reader counts as following. */
const nearEndPx = 40

const Line = ({ line }: { readonly line: TaskLogView }) => (
  <div className={`log-line level-${line.level}`}>
    <time dateTime={formatIso(line.at)}>{formatClock(line.at)}</time>
    <span className="log-level">{line.level}</span>
    <span className="log-stage">{line.stage}</span>
    <span className="log-message">{visibleText(line.message)}</span>
  </div>
)

/** The list grows, so its length is "unknown" to a screen reader; the place of a line is not. */
const Item = ({ ref, index, style, children }: CustomItemComponentProps & { readonly ref?: React.Ref<HTMLLIElement> }) => (
  <li ref={ref} style={style} aria-setsize={-1} aria-posinset={index + 1}>
    {children}
  </li>
)

/** Only the lines in view are in the document, so that 100,000 lines scroll as smoothly as ten. */
const Lines = ({ lines }: { readonly lines: ReadonlyArray<TaskLogView> }) => {
  const list = useRef<VirtualizerHandle>(null)
  const top = useRef(0)
  const [follows, setFollows] = useState(true)
  useEffect(() => {
    if (follows && lines.length > 0) list.current?.scrollToIndex(lines.length - 1, { align: "end" })
  }, [follows, lines])
  const keyDown = (event: React.KeyboardEvent) => {
    if (event.key === "End") return setFollows(true)
    if (["ArrowUp", "PageUp", "Home"].includes(event.key)) setFollows(false)
    if (event.key !== "Home") return
    // The heights of lines never shown are estimates: by index the first line is met exactly.
    event.preventDefault()
    list.current?.scrollToIndex(0)
  }

  return (
    <>
      <div
        className="log"
        role="region"
        aria-label="Log lines"
        tabIndex={0}
        // Only the reader's own move upwards stops the following: new lines also make the end go away for a moment.
        onWheel={({ deltaY }) => {
          if (deltaY < 0) setFollows(false)
        }}
        onTouchMove={() => setFollows(false)}
        onKeyDown={keyDown}
        onPointerDown={() => setFollows(false)}
        onScroll={({ currentTarget: box }) => {
          const down = box.scrollTop > top.current
          top.current = box.scrollTop
          if (down && box.scrollHeight - box.scrollTop - box.clientHeight < nearEndPx) setFollows(true)
        }}
      >
        <Virtualizer ref={list} data={lines} as="ol" item={Item}>
          {(line) => <Line key={line.seq} line={line} />}
        </Virtualizer>
      </div>
      {follows ? null : (
        <button type="button" className="log-end" onClick={() => setFollows(true)}>
          Go to the newest line
        </button>
      )}
    </>
  )
}

const download = (id: string, lines: ReadonlyArray<TaskLogView>) => {
  const url = URL.createObjectURL(new Blob([toNdjson(lines)], { type: "application/x-ndjson" }))
  const link = document.createElement("a")
  link.href = url
  link.download = `loom-${id.replace(/[^\w.-]+/g, "-")}.ndjson`
  link.click()
  // The browser has taken hold of the data once the click is handled; a later turn frees the address.
  setTimeout(() => URL.revokeObjectURL(url), 1_000)
}

interface Props {
  readonly id: string
  readonly status: TaskStatus
  /** The page says already that the server can't be asked. */
  readonly saidFailed: boolean
}

export const LogView = ({ id, status, saidFailed }: Props) => {
  const [level, setLevel] = useState<Level>("info")
  const log = useTaskLog(id, status)
  const known = log.data?.lines
  const shown = useMemo(() => atLeast(known ?? [], level), [known, level])
  return (
    <section className="card" aria-labelledby="log-heading">
      <div className="card-head">
        <h2 id="log-heading">Log</h2>
        <span className="muted">
          {known === undefined
            ? ""
            : shown.length === known.length
              ? plural(shown.length, "line")
              : `${shown.length} of ${plural(known.length, "line")}`}
        </span>
      </div>
      <div className="log-tools">
        <label className="field">
          <span>Level</span>
          <select value={level} onChange={(event) => setLevel(levels.find((one) => one === event.target.value) ?? "info")}>
            {levels.map((one) => (
              <option key={one} value={one}>
                {levelWords[one]}
              </option>
            ))}
          </select>
        </label>
        <button type="button" disabled={known === undefined || known.length === 0} onClick={() => download(id, known ?? [])}>
          Download as NDJSON
        </button>
      </div>
      {log.error === null || saidFailed ? null : (
        <RequestFailed
          error={log.error}
          retry={() => void log.refetch()}
          {...(known === undefined ? {} : { shownSince: log.dataUpdatedAt })}
        />
      )}
      {shown.length > 0 ? (
        <Lines lines={shown} />
      ) : log.error === null ? (
        <p className="muted">
          {known === undefined
            ? "Loading the log…"
            : known.length === 0
              ? isOpen(status)
                ? "No line yet. Lines appear here as the run writes them."
                : "The run wrote no line."
              : "No line of this level. Choose another one above."}
        </p>
      ) : null}
    </section>
  )
}
