import type { Me } from "@loom/core/domain/Me"

/** Where signing in begins; it comes back to this page. */
export const signInAddress = (url: string): string => `${url}?return_to=${encodeURIComponent(location.pathname + location.search)}`

/** A link for who is nobody yet, within a sentence. It leaves the page: GitHub asks there. */
export const SignIn = ({ me }: { readonly me: Me }) =>
  me.signInUrl === null ? (
    <>ask whoever runs this Loom to set up signing in</>
  ) : (
    <a href={signInAddress(me.signInUrl)}>sign in with GitHub</a>
  )
