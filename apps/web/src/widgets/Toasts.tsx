import { Toast } from "@base-ui/react/toast"
import { useEffect } from "react"
import { onSaid } from "./say.ts"

const manager = Toast.createToastManager()

const List = () => {
  const { toasts } = Toast.useToastManager()
  return toasts.map((toast) => (
    <Toast.Root key={toast.id} toast={toast} className={`toast tone-${toast.type ?? "quiet"}`}>
      <Toast.Title className="toast-title" />
      <Toast.Description className="toast-text" />
      <Toast.Close className="toast-close" aria-label="Dismiss">
        ×
      </Toast.Close>
    </Toast.Root>
  ))
}

/** Short notes about what was just done, read out by screen readers; F6 leads to them. Loaded when the first one is said. */
export const Toasts = () => {
  useEffect(
    () => onSaid(({ text, title, tone }) => manager.add({ title, type: tone, ...(text === undefined ? {} : { description: text }) })),
    [],
  )
  return (
    <Toast.Provider toastManager={manager} timeout={8_000}>
      <Toast.Portal>
        <Toast.Viewport className="toasts">
          <List />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  )
}
