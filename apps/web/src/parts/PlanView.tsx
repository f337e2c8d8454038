import type { Plan } from "@loom/core/domain/Change"
import { useId } from "react"
import { Untrusted } from "./Text.tsx"

/** What was to be changed, in the model's words. */
export const PlanView = ({ plan }: { readonly plan: Plan }) => {
  // Twice on the page while the plan waits to be approved.
  const heading = useId()
  return (
    <section className="card" aria-labelledby={heading}>
      <h2 id={heading}>Plan</h2>
      <p>
        <strong>
          <Untrusted>{plan.title}</Untrusted>
        </strong>
      </p>
      <p className="prose">
        <Untrusted>{plan.summary}</Untrusted>
      </p>
      {plan.steps.length === 0 ? null : (
        <ol className="numbers">
          {plan.steps.map((step, i) => (
            <li key={i}>
              <Untrusted>{step}</Untrusted>
            </li>
          ))}
        </ol>
      )}
    </section>
  )
}
