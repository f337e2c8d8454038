import { useEffect, useRef, useState } from "react"
import type { TaskFilter } from "../api/queries.ts"
import { useRepositories } from "../api/repositories.ts"
import { isStatus } from "../task/list-address.ts"
import { statusWords } from "../text/wording.ts"

interface Props {
  readonly filter: TaskFilter
  readonly onChange: (filter: TaskFilter) => void
}

/** How long the typing must rest before the list is asked. */
const restMs = 300

export const TaskFilterForm = ({ filter, onChange }: Props) => {
  const [text, setText] = useState(filter.text)
  const sent = useRef(filter.text)
  const repositories = useRepositories()
  // One that is asked for by the address is among them, whatever the server says.
  const names = new Set([
    ...(repositories.data?.items.map(({ repository }) => repository) ?? []),
    ...(filter.repository === null ? [] : [filter.repository]),
  ])

  // The address changed by itself (back, a link): show it. What this form sent must not overwrite newer typing.
  useEffect(() => {
    if (filter.text === sent.current) return
    sent.current = filter.text
    setText(filter.text)
  }, [filter.text])

  const send = (next: string) => {
    if (next.trim() === sent.current) return
    sent.current = next.trim()
    onChange({ ...filter, text: next.trim(), cursor: null })
  }
  useEffect(() => {
    const timer = setTimeout(() => send(text), restMs)
    return () => clearTimeout(timer)
  })

  return (
    <search>
      <form
        className="filters"
        onSubmit={(event) => {
          event.preventDefault()
          send(text)
        }}
      >
        <label className="field">
          <span>Search</span>
          <input
            type="search"
            name="q"
            value={text}
            maxLength={200}
            autoComplete="off"
            placeholder="Title, repository or #number"
            onChange={(event) => setText(event.currentTarget.value)}
          />
        </label>
        <label className="field">
          <span>Status</span>
          <select
            name="status"
            value={filter.status ?? ""}
            onChange={(event) => {
              const status = event.currentTarget.value
              sent.current = text.trim()
              onChange({ ...filter, status: isStatus(status) ? status : null, text: text.trim(), cursor: null })
            }}
          >
            <option value="">All</option>
            {Object.entries(statusWords).map(([status, words]) => (
              <option key={status} value={status}>
                {status === "waiting" ? "Waiting or paused" : words.label}
              </option>
            ))}
          </select>
        </label>
        <label className="field">
          <span>Repository</span>
          <select
            name="repository"
            value={filter.repository ?? ""}
            onChange={(event) => {
              const repository = event.currentTarget.value
              sent.current = text.trim()
              onChange({ ...filter, repository: repository === "" ? null : repository, text: text.trim(), cursor: null })
            }}
          >
            <option value="">All</option>
            {[...names].map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
      </form>
    </search>
  )
}
