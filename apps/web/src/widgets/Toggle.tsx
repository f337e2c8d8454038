import { Switch } from "@base-ui/react/switch"

interface Props {
  readonly label: string
  /** What it means, in a sentence. */
  readonly hint?: string
  readonly on: boolean
  readonly onChange: (on: boolean) => void
}

/** Something that is on or off, at once. */
export const Toggle = ({ hint, label, on, onChange }: Props) => (
  <label className="toggle">
    <Switch.Root className="switch" checked={on} onCheckedChange={onChange}>
      <Switch.Thumb className="switch-thumb" />
    </Switch.Root>
    <span>
      {label}
      {hint === undefined ? null : <span className="muted hint">{hint}</span>}
    </span>
  </label>
)
