import { formatAgo, formatIso } from "../text/duration.ts"

/** `4 min ago`, with the exact time for machines and on hover. */
export const Ago = ({ at, now }: { readonly at: number; readonly now: number }) => (
  <time dateTime={formatIso(at)} title={formatIso(at)}>
    {formatAgo(at, now)}
  </time>
)
