import type { Tone } from "../text/wording.ts"

const paths: { readonly [K in Tone | "skip"]: string } = {
  good: "M4 8.5l2.6 2.6L12 5.4",
  bad: "M5 5l6 6M11 5l-6 6",
  warn: "M8 4v5M8 11.6v.2",
  busy: "M8 1.8a6.2 6.2 0 1 0 0 12.4a6.2 6.2 0 1 0 0-12.4M8 4.8v3.4l2.2 1.4",
  quiet: "M5 8h6",
  skip: "M5 5l3 3-3 3M8.5 5l3 3-3 3",
}

/** Decoration: the word beside it says the same. */
export const Icon = ({ name }: { readonly name: keyof typeof paths }) => (
  <svg className="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
    <path d={paths[name]} fill="none" stroke="currentColor" strokeWidth="1.8" strokeLinecap="round" strokeLinejoin="round" />
  </svg>
)

export const Badge = ({ tone, children }: { readonly tone: Tone; readonly children: React.ReactNode }) => (
  <span className={`badge tone-${tone}`}>
    <Icon name={tone} />
    {children}
  </span>
)
