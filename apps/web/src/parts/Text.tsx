import { safeUrl, visibleText } from "../text/untrusted.ts"

/** Text that others wrote. Always a text node, kept apart from its surroundings in reading direction. */
export const Untrusted = ({ children }: { readonly children: string }) => <bdi>{visibleText(children)}</bdi>

interface OutsideLinkProps {
  readonly to: string
  readonly children: React.ReactNode
}

/** A link out of Loom; plain text when the address is not one that may be followed. */
export const OutsideLink = ({ to, children }: OutsideLinkProps) => {
  const url = safeUrl(to)
  return url === null ? (
    <span>{children}</span>
  ) : (
    <a href={url} rel="noopener noreferrer">
      {children}
    </a>
  )
}
