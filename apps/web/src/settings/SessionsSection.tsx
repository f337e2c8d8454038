import { useEndSession, useSessions } from "../api/account.ts"
import { RequestFailed } from "../parts/Notice.tsx"
import { Untrusted } from "../parts/Text.tsx"
import { Ago } from "../parts/Time.tsx"
import { useNow } from "../parts/use-now.ts"
import { Confirm } from "../widgets/Confirm.tsx"

/** Where this person is signed in. Any of it can be ended from here. */
export const SessionsSection = () => {
  const sessions = useSessions(true)
  const end = useEndSession()
  const now = useNow(60_000)
  return (
    <section className="card" aria-labelledby="sessions-heading">
      <h2 id="sessions-heading">Where you are signed in</h2>
      {sessions.error === null ? null : <RequestFailed error={sessions.error} retry={() => void sessions.refetch()} />}
      {sessions.data === undefined ? null : sessions.data.items.length === 0 ? (
        <p className="muted">Nowhere.</p>
      ) : (
        <ul className="rows" aria-label="Your sign-ins">
          {sessions.data.items.map((session) => (
            <li key={session.id} className="row">
              <div>
                <p>
                  <Untrusted>{session.client === "" ? "A browser that says nothing of itself" : session.client}</Untrusted>
                </p>
                <p className="muted">
                  since <Ago at={session.createdAt} now={now} />, last seen <Ago at={session.lastSeenAt} now={now} />
                </p>
              </div>
              <Confirm
                button="Sign out there"
                title="End this sign-in?"
                confirm="End it"
                onConfirm={() => end.mutateAsync(session.id).catch(() => undefined)}
              >
                <p>That browser has to sign in again. If it is this one, you are signed out here.</p>
              </Confirm>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
