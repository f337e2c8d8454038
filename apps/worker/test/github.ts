import { Redacted } from "effect"
import { inject } from "vitest"
import { doors } from "./doors.ts"

/** The GitHub that `vitest-setup.ts` of `@loom/github-standin` started beside workerd. */
declare module "vitest" {
  interface ProvidedContext {
    readonly github: {
      readonly url: string
      readonly clientId: string
      readonly clientSecret: string
      readonly privateKeyPem: string
      readonly controlUrl: string
    }
  }
}

/** What people do on github.com, by the name of the stand-in's administration. */
export const onGitHub = async (action: string, ...args: ReadonlyArray<unknown>): Promise<unknown> =>
  (await fetch(`${inject("github").controlUrl}/${action}`, { method: "POST", body: JSON.stringify(args) })).json()

/** From now on the Worker of the tests signs people in there. */
export const openDoors = (): void => {
  const { clientId, clientSecret, privateKeyPem, url } = inject("github")
  doors.publicStatus = false
  doors.gate = {
    github: {
      appId: 1,
      appSlug: "loom",
      privateKey: Redacted.make(privateKeyPem),
      webhookSecret: Redacted.make("none"),
      apiUrl: url,
      gitUrl: url,
    },
    signIn: { clientId, clientSecret: Redacted.make(clientSecret) },
  }
}

const closed = { ...doors, auth: doors.auth, gate: doors.gate }
/** As they were: other files share this Worker. */
export const closeDoors = (): void => void Object.assign(doors, closed)
