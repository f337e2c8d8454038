import { useEffect, useRef } from "react"

let firstPage = true

/** The one `h1` of a page. It names the window and takes the focus after a change of page, so that a screen reader reads it. */
export const PageHeading = ({ title, children }: { readonly title: string; readonly children: React.ReactNode }) => {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${title} · Loom`
  }, [title])
  useEffect(() => {
    if (!firstPage) heading.current?.focus()
    firstPage = false
  }, [])
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children}
    </h1>
  )
}
