import { Collapsible } from "@base-ui/react/collapsible"

interface Props {
  readonly summary: React.ReactNode
  readonly children: React.ReactNode
  readonly open?: boolean
}

/** Something long behind its heading. What is closed is not in the document. */
export const Disclosure = ({ children, open = false, summary }: Props) => (
  <Collapsible.Root className="disclosure" defaultOpen={open}>
    <Collapsible.Trigger className="disclosure-head">{summary}</Collapsible.Trigger>
    <Collapsible.Panel className="disclosure-body">{children}</Collapsible.Panel>
  </Collapsible.Root>
)
