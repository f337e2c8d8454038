import { html, page, type Html } from "../web/html.ts"
import { same } from "../store/Store.ts"
import type { UserRecord } from "../store/records.ts"
import type { World } from "../world.ts"

/** Who may sit at the browser: on one machine nobody has a password. */
export const peopleOf = (world: World): ReadonlyArray<UserRecord> => world.store.state.users.filter(({ type }) => type === "User")

export const personNamed = (world: World, login: string): UserRecord | undefined => peopleOf(world).find((user) => same(user.login, login))

/** A form that somebody answers as one of the people. `fields` come back with it. */
export function consentPage(
  world: World,
  options: { readonly title: string; readonly action: string; readonly fields: Readonly<Record<string, string>>; readonly more?: Html },
): Html {
  const choices = peopleOf(world).map(
    ({ login }, index) =>
      html`<p>
        <label><input type="radio" name="login" value="${login}" ${index === 0 ? "checked" : ""} /> ${login}</label>
      </p>`,
  )
  const hidden = Object.entries(options.fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)
  return page(
    options.title,
    html`<h1>${options.title}</h1>
      <p><strong>${world.app.name}</strong> will know who you are, and see what both of you can see. Who are you?</p>
      <form method="post" action="${options.action}">
        ${hidden} ${options.more ?? ""} ${choices}
        <p>
          <button name="decision" value="authorize">Authorize ${world.app.name}</button>
          <button name="decision" value="cancel">Cancel</button>
        </p>
      </form>`,
  )
}
