import { useProof } from "../api/task-files.ts"
import type { ProofFacts } from "../task/proof-facts.ts"
import { plural } from "../text/figures.ts"
import { visibleText } from "../text/untrusted.ts"
import { Loading, RequestFailed } from "./Notice.tsx"
import { Untrusted } from "./Text.tsx"

const Fact = ({ name, children }: { readonly name: string; readonly children: React.ReactNode }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
)

const Facts = ({ facts, id }: { readonly facts: ProofFacts; readonly id: string }) => (
  <>
    <dl className="facts">
      <Fact name="Made by">
        <Untrusted>{`Loom ${facts.loom}, run ${facts.runId}`}</Untrusted>
      </Fact>
      <Fact name="Change">
        <code>{visibleText(facts.patch)}</code>
      </Fact>
      <Fact name="Base">
        <code>{visibleText(facts.base)}</code>
      </Fact>
      <Fact name="Head">
        <code>{visibleText(facts.head)}</code>
      </Fact>
      <Fact name="Test runs">{facts.testRuns === 0 ? "none: nothing was verified by tests" : plural(facts.testRuns, "run")}</Fact>
      <Fact name="Models">
        <Untrusted>{facts.models}</Untrusted>
      </Fact>
      <Fact name="Signed with">
        <code>{visibleText(facts.keys)}</code>
      </Fact>
    </dl>
    <p className="muted">
      The signature is checked on your own machine, not by this page: <code>loom verify {visibleText(id)}</code>
    </p>
  </>
)

/** The signed evidence of the change: what is in it, and where to get it. */
export const ProofView = ({ id }: { readonly id: string }) => {
  const proof = useProof(id)
  return (
    <section className="card" aria-labelledby="proof-heading">
      <h2 id="proof-heading">Proof</h2>
      {proof.error === null ? null : <RequestFailed error={proof.error} retry={() => void proof.refetch()} />}
      {proof.data === undefined ? (
        proof.error === null ? (
          <Loading what="the proof" />
        ) : null
      ) : proof.data === null ? (
        <p className="muted">There is no proof: it is made when the change has passed the gate and its pull request is opened.</p>
      ) : (
        <>
          {proof.data.facts === null ? (
            <p className="muted">This page can't read the proof; download it.</p>
          ) : (
            <Facts facts={proof.data.facts} id={id} />
          )}
          <p className="buttons">
            <a className="button" href={`/api/v1/tasks/${encodeURIComponent(id)}/proof`} download={`loom-proof-${id}.json`}>
              Download the proof
            </a>
            <a className="button" href={`/api/v1/tasks/${encodeURIComponent(id)}/proof/patch`} download={`loom-${id}.patch`}>
              Download the patch
            </a>
          </p>
        </>
      )}
    </section>
  )
}
