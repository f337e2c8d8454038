import { useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { signOut, useMe } from "../api/me.ts"
import { say } from "../widgets/say.ts"
import { asApiError } from "../api/ApiError.ts"
import { signInAddress } from "./SignIn.tsx"
import { Untrusted } from "./Text.tsx"

/** Who is signed in, and the way in or out. */
export const Account = () => {
  const me = useMe()
  const client = useQueryClient()
  const [busy, setBusy] = useState(false)
  const leave = async () => {
    setBusy(true)
    try {
      await signOut()
      // What was shown was this person's: nothing of it stays.
      client.clear()
      location.assign("/")
    } catch (cause) {
      const { message, remedy } = asApiError(cause)
      say({ tone: "bad", title: "You are still signed in.", text: `${message} ${remedy}` })
      setBusy(false)
    }
  }
  switch (me.data?.kind) {
    case "anonymous":
      return me.data.signInUrl === null ? null : (
        <a className="account-in" href={signInAddress(me.data.signInUrl)}>
          Sign in
        </a>
      )
    case "local":
      return <span className="account muted">Local user</span>
    case "user":
    case "operator":
      return (
        <span className="account">
          <Untrusted>{me.data.login ?? "operator"}</Untrusted>
          <button type="button" className="plain" disabled={busy} onClick={() => void leave()}>
            Sign out
          </button>
        </span>
      )
    default:
      return null
  }
}
