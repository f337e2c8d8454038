/** A prompt is data: its version is part of a change's proof, so every change of `text` needs a new `version`. */
export interface PromptText {
  readonly id: string
  readonly version: number
  readonly text: string
}
