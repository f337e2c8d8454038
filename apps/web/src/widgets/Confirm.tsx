import { AlertDialog } from "@base-ui/react/alert-dialog"
import { useState } from "react"

interface Props {
  /** The button that opens it. */
  readonly button: string
  readonly title: string
  /** What happens, and what stays. */
  readonly children: React.ReactNode
  /** What has to be said for it. */
  readonly fields?: React.ReactNode
  /** The button that leaves all as it is. */
  readonly back?: string
  /** The button that does it. */
  readonly confirm: string
  /** `danger`: something ends or is lost. */
  readonly tone?: "danger" | "primary"
  readonly onConfirm: () => Promise<unknown>
  readonly disabled?: boolean
}

/** A button whose deed needs another word: it is said first what it does. */
export const Confirm = ({ back = "Go back", button, children, confirm, disabled, fields, onConfirm, title, tone = "danger" }: Props) => {
  const [open, setOpen] = useState(false)
  const [busy, setBusy] = useState(false)
  const act = () => {
    setBusy(true)
    void onConfirm().finally(() => {
      setBusy(false)
      setOpen(false)
    })
  }
  return (
    <AlertDialog.Root open={open} onOpenChange={setOpen}>
      <AlertDialog.Trigger disabled={disabled === true}>{button}</AlertDialog.Trigger>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="backdrop" />
        <AlertDialog.Popup className="dialog">
          <AlertDialog.Title className="dialog-title">{title}</AlertDialog.Title>
          <AlertDialog.Description className="dialog-text" render={<div />}>
            {children}
          </AlertDialog.Description>
          {fields}
          <div className="dialog-buttons">
            <AlertDialog.Close>{back}</AlertDialog.Close>
            <button type="button" className={tone} disabled={busy} onClick={act}>
              {confirm}
            </button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}
