import type { Tone } from "../text/wording.ts"

/** A short note about what was just done. */
export interface Note {
  readonly tone: Tone
  readonly title: string
  readonly text?: string
}

type Listener = (note: Note) => void

let listener: Listener | null = null
let loader: (() => void) | null = null
const waiting: Array<Note> = []

/** Says something in a toast. The toasts need not be loaded yet: what is said meanwhile waits. */
export const say = (note: Note): void => {
  if (listener !== null) return listener(note)
  waiting.push(note)
  loader?.()
}

/** `load` is called once something is said and nobody listens. */
export const whenSomethingIsSaid = (load: () => void): (() => void) => {
  loader = load
  return () => {
    loader = null
  }
}

export const onSaid = (listen: Listener): (() => void) => {
  listener = listen
  for (const note of waiting.splice(0)) listen(note)
  return () => {
    listener = null
  }
}
