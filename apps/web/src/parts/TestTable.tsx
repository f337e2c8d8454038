import type { Counts } from "@loom/core/domain/TestReport"
import type { Comparison } from "@loom/core/domain/Verdict"
import { useState } from "react"
import { testRows, type TestChange, type TestRow, type TestState } from "../task/test-rows.ts"
import { visibleText } from "../text/untrusted.ts"
import { type Tone, verdictWords } from "../text/wording.ts"
import { Badge, Icon } from "./Icon.tsx"
import { Untrusted } from "./Text.tsx"

const states: { readonly [K in TestState]: { readonly word: string; readonly tone: Tone } } = {
  passed: { word: "passed", tone: "good" },
  failed: { word: "failed", tone: "bad" },
  flaky: { word: "varies", tone: "warn" },
  absent: { word: "not there", tone: "quiet" },
  not_failing: { word: "not failing", tone: "quiet" },
  unknown: { word: "not recorded", tone: "quiet" },
}

const changes: { readonly [K in TestChange]: string } = {
  regressed: "Broken by the change",
  flaky: "Flaky",
  failing: "Fails",
  stillFailing: "Failed before too",
  fixed: "Fixed",
  removed: "Removed",
  added: "New",
}

/** Rows shown before the reader asks for all. */
const firstRows = 100

const Totals = ({ base, head }: { readonly base: Counts; readonly head: Counts }) => (
  <table className="totals">
    <caption className="visually-hidden">Number of tests before and after the change</caption>
    <thead>
      <tr>
        <th scope="col">Tests</th>
        <th scope="col">Before</th>
        <th scope="col">After</th>
      </tr>
    </thead>
    <tbody>
      {(["passed", "failed", "skipped"] as const).map((name) => (
        <tr key={name}>
          <th scope="row">{name}</th>
          <td>{base[name]}</td>
          <td>{head[name]}</td>
        </tr>
      ))}
    </tbody>
  </table>
)

const State = ({ of }: { readonly of: TestState }) => (
  <span className={`test-state tone-${states[of].tone}`}>
    <Icon name={states[of].tone} />
    {states[of].word}
  </span>
)

const Row = ({ row }: { readonly row: TestRow }) => (
  <tr>
    <th scope="row">
      <span className="test-id">
        <Untrusted>{row.id}</Untrusted>
      </span>
      <span className="muted">{changes[row.change]}</span>
      {row.failure?.message ? (
        <details open={row.change === "regressed"}>
          <summary>
            Message{row.failure.location === null ? "" : ` at ${visibleText(row.failure.location.file)}:${row.failure.location.line}`}
          </summary>
          <pre tabIndex={0} role="region" aria-label={`Message of ${visibleText(row.id)}`}>
            {visibleText(row.failure.message)}
          </pre>
        </details>
      ) : null}
    </th>
    <td>
      <State of={row.before} />
    </td>
    <td>
      <State of={row.after} />
    </td>
  </tr>
)

/** What the repository's tests said before and after, and what the gate made of it; its reason unless the page has said it already. */
export const TestTable = ({ comparison, withReason }: { readonly comparison: Comparison; readonly withReason: boolean }) => {
  const [all, setAll] = useState(false)
  const rows = testRows(comparison)
  const verdict = verdictWords[comparison.verdict]
  return (
    <section className="card" aria-labelledby="tests-heading">
      <div className="card-head">
        <h2 id="tests-heading">Tests</h2>
        <Badge tone={verdict.tone}>{verdict.label}</Badge>
      </div>
      {withReason ? (
        <p>
          <Untrusted>{comparison.reason}</Untrusted>
        </p>
      ) : null}
      <Totals base={comparison.base} head={comparison.head} />
      {rows.length === 0 ? (
        <p className="muted">No test changed its result.</p>
      ) : (
        <table className="tests">
          <caption className="visually-hidden">Tests that changed or fail</caption>
          <thead>
            <tr>
              <th scope="col">Changed or failing</th>
              <th scope="col">Before</th>
              <th scope="col">After</th>
            </tr>
          </thead>
          <tbody>
            {(all ? rows : rows.slice(0, firstRows)).map((row) => (
              <Row key={row.id} row={row} />
            ))}
          </tbody>
        </table>
      )}
      {all || rows.length <= firstRows ? null : (
        <button type="button" onClick={() => setAll(true)}>
          Show all {rows.length} tests
        </button>
      )}
    </section>
  )
}
