import type { TaskLogView, TaskStatus } from "@loom/core/domain/TaskView"
import { useDeferredValue, useEffect, useMemo, useRef, useState } from "react"
import { type CustomItemComponentProps, Virtualizer, type VirtualizerHandle } from "virtua"
import type { LiveState } from "../api/LiveConnection.ts"
import { atLeast, containing, type Level, levels, toNdjson } from "../api/log-pages.ts"
import { isOpen } from "../api/polling.ts"
import { useTaskLog } from "../api/queries.ts"
import { formatClock, formatIso } from "../text/duration.ts"
import { plural } from "../text/figures.ts"
import { visibleText } from "../text/untrusted.ts"
import { Toggle } from "../widgets/Toggle.tsx"
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
  readonly live: LiveState
  /** The page says already that the server can't be asked. */
  readonly saidFailed: boolean
}

/** What there is to say where no line is shown. */
const emptyWords = (known: number | undefined, status: TaskStatus, searched: boolean): string => {
  if (known === undefined) return isOpen(status) ? "Waiting for the first line…" : "Loading the log…"
  if (known > 0)
    return searched
      ? "No line holds this text at this level. Change the search or the level."
      : "No line of this level. Choose another one above."
  return isOpen(status) ? "No line yet. Lines appear here as the run writes them." : "The run wrote no line."
}

export const LogView = ({ id, live, saidFailed, status }: Props) => {
  const [level, setLevel] = useState<Level>("info")
  const [text, setText] = useState("")
  /** The lines as they were when the reader paused; null while they go on. */
  const [held, setHeld] = useState<ReadonlyArray<TaskLogView> | null>(null)
  const log = useTaskLog(id, status, live)
  const known = log.data?.lines
  const search = useDeferredValue(text)
  const source = held ?? known
  const shown = useMemo(() => containing(atLeast(source ?? [], level), search), [source, level, search])
  const behind = held === null ? 0 : (known?.length ?? 0) - held.length
  return (
    <section className="card" aria-labelledby="log-heading">
      <div className="card-head">
        <h2 id="log-heading">Log</h2>
        <span className="muted">
          {source === undefined
            ? ""
            : shown.length === source.length
              ? plural(shown.length, "line")
              : `${shown.length} of ${plural(source.length, "line")}`}
          {behind === 0 ? "" : `, ${behind} new`}
        </span>
      </div>
      <div className="log-tools">
        <label className="field">
          <span>Level</span>
          <select value={level} onChange={(event) => setLevel(levels.find((one) => one === event.currentTarget.value) ?? "info")}>
            {levels.map((one) => (
              <option key={one} value={one}>
                {levelWords[one]}
              </option>
            ))}
          </select>
        </label>
        <label className="field">
          <span>Search the log</span>
          <input type="search" value={text} maxLength={200} autoComplete="off" onChange={(event) => setText(event.currentTarget.value)} />
        </label>
        <Toggle label="Pause the log" on={held !== null} onChange={(on) => setHeld(on ? (known ?? []) : null)} />
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
        <p className="muted">{emptyWords(source?.length, status, search !== "")}</p>
      ) : null}
    </section>
  )
}
