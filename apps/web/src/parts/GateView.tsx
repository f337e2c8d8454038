import type { GateReport, GateResult } from "@loom/core/domain/Gate"
import { gateStatusWords, gateWords, riskWords } from "../text/wording.ts"
import { visibleText } from "../text/untrusted.ts"
import { plural } from "../text/figures.ts"
import { Badge } from "./Icon.tsx"
import { Untrusted } from "./Text.tsx"

const Findings = ({ result }: { readonly result: GateResult }) =>
  result.findings.length === 0 ? null : (
    <ul className="findings">
      {result.findings.map((finding, i) => (
        <li key={i} className={`finding tone-${finding.severity === "block" ? "bad" : "warn"}`}>
          <p>
            <strong>{finding.severity === "block" ? "Stops the change" : "Worth a look"}</strong>:{" "}
            <Untrusted>{finding.explanation}</Untrusted>
          </p>
          {finding.file === null ? null : (
            <p className="muted">
              <code>
                {visibleText(finding.file)}
                {finding.line === null ? "" : `:${finding.line}`}
              </code>
            </p>
          )}
          {finding.text === "" ? null : <code className="finding-line">{visibleText(finding.text)}</code>}
        </li>
      ))}
    </ul>
  )

/** What each gate says of the change besides its tests, the worst first. */
export const GateView = ({ gate }: { readonly gate: GateReport }) => {
  const order = ["blocked", "warned", "not_checked", "passed", "off"]
  const results = gate.results.toSorted((a, b) => order.indexOf(a.status) - order.indexOf(b.status))
  return (
    <section className="card" aria-labelledby="gate-heading">
      <div className="card-head">
        <h2 id="gate-heading">Gate</h2>
        <Badge tone={riskWords[gate.risk.level]}>{`Risk ${gate.risk.score} of 100`}</Badge>
      </div>
      <p>
        <Untrusted>{gate.tests.reason}</Untrusted>
      </p>
      {gate.risk.reasons.length === 0 ? null : (
        <ul className="bullets muted" aria-label="What the risk comes from">
          {gate.risk.reasons.map(({ points, reason }, i) => (
            <li key={i}>
              <Untrusted>{reason}</Untrusted> ({plural(points, "point")})
            </li>
          ))}
        </ul>
      )}
      <ul className="gates" aria-label="Gates">
        {results.map((result) => (
          <li key={result.gate} className="gate">
            <div className="card-head">
              <h3>{gateWords[result.gate]}</h3>
              <Badge tone={gateStatusWords[result.status].tone}>{gateStatusWords[result.status].label}</Badge>
            </div>
            <p className="muted">
              <Untrusted>{result.summary}</Untrusted>
            </p>
            <Findings result={result} />
          </li>
        ))}
      </ul>
    </section>
  )
}
