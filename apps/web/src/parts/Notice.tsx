import type { ApiError } from "../api/ApiError.ts"
import { formatClock } from "../text/duration.ts"
import type { Tone } from "../text/wording.ts"
import { Icon } from "./Icon.tsx"
import { Untrusted } from "./Text.tsx"

interface NoticeProps {
  readonly tone: Tone
  readonly title: string
  /** `alert` interrupts a screen reader; `status` waits. */
  readonly role?: "alert" | "status"
  readonly children?: React.ReactNode
}

export const Notice = ({ tone, title, role, children }: NoticeProps) => (
  <div className={`notice tone-${tone}`} role={role}>
    <Icon name={tone} />
    <div>
      <p className="notice-title">
        <Untrusted>{title}</Untrusted>
      </p>
      {children}
    </div>
  </div>
)

interface FailedProps {
  readonly error: ApiError
  readonly retry: () => void
  /** When the data on the page came, if there is any (milliseconds since the epoch, local clock). */
  readonly shownSince?: number
}

/** A request that failed: what happened, what to do, and a button that does it. */
export const RequestFailed = ({ error, retry, shownSince }: FailedProps) => (
  <Notice tone={error.kind === "unreachable" ? "warn" : "bad"} title={error.message} role={shownSince === undefined ? "alert" : "status"}>
    <p>
      <Untrusted>{error.remedy}</Untrusted>
      {shownSince === undefined ? null : ` What you see is of ${formatClock(shownSince)}.`}
    </p>
    {error.kind === "outdated" ? (
      <button type="button" onClick={() => location.reload()}>
        Reload the page
      </button>
    ) : (
      <button type="button" onClick={retry}>
        Try now
      </button>
    )}
  </Notice>
)

/** While the first answer is on its way. */
export const Loading = ({ what }: { readonly what: string }) => (
  <div className="loading" role="status">
    <p>Loading {what}…</p>
    <div className="skeleton" aria-hidden="true">
      <span />
      <span />
      <span />
    </div>
  </div>
)
