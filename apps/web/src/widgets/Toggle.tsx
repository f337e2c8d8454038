import { Switch } from "@base-ui/react/switch"

interface Props {
  readonly label: string
  readonly on: boolean
  readonly onChange: (on: boolean) => void
}

/** Something that is on or off, at once. */
export const Toggle = ({ label, on, onChange }: Props) => (
  <label className="toggle">
    <Switch.Root className="switch" checked={on} onCheckedChange={onChange}>
      <Switch.Thumb className="switch-thumb" />
    </Switch.Root>
    <span>{label}</span>
  </label>
)
