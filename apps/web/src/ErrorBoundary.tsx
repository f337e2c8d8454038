import { Component } from "react"
import { Notice } from "./parts/Notice.tsx"

interface Props {
  readonly children: React.ReactNode
}

/** A mistake of the page, or a part of it that a newer deployment has replaced: say so instead of going blank. */
export class ErrorBoundary extends Component<Props, { readonly broken: boolean }> {
  override state = { broken: false }

  static getDerivedStateFromError() {
    return { broken: true }
  }

  override render() {
    if (!this.state.broken) return this.props.children
    return (
      <main className="page" id="main">
        <h1>Loom</h1>
        <Notice tone="bad" title="The page could not be shown." role="alert">
          <p>Loom may have been updated. Reload the page; your tasks are not affected.</p>
          <button type="button" onClick={() => location.reload()}>
            Reload the page
          </button>
        </Notice>
      </main>
    )
  }
}
