import type { Plan } from "@loom/core/domain/Change"
import { Untrusted } from "./Text.tsx"

/** What was to be changed, in the model's words. */
export const PlanView = ({ plan }: { readonly plan: Plan }) => (
  <section className="card" aria-labelledby="plan-heading">
    <h2 id="plan-heading">Plan</h2>
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
