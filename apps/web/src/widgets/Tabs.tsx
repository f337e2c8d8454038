import { Tabs as Base } from "@base-ui/react/tabs"

export interface Tab {
  readonly id: string
  readonly name: string
  readonly content: React.ReactNode
}

interface Props {
  readonly label: string
  readonly tabs: ReadonlyArray<Tab>
  readonly selected: string
  readonly onSelect: (id: string) => void
}

/** Parts of a page of which one is shown. Arrow keys move; the panel is in the document only while it is shown. */
export const Tabs = ({ label, onSelect, selected, tabs }: Props) => (
  <Base.Root className="tabs" value={selected} onValueChange={(id: unknown) => onSelect(String(id))}>
    <Base.List className="tab-list" aria-label={label} activateOnFocus={false}>
      {tabs.map(({ id, name }) => (
        <Base.Tab key={id} value={id} className="tab">
          {name}
        </Base.Tab>
      ))}
    </Base.List>
    {tabs.map(({ content, id }) => (
      <Base.Panel key={id} value={id} className="tab-panel">
        {content}
      </Base.Panel>
    ))}
  </Base.Root>
)
