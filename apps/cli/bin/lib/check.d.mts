export interface Step {
  readonly name: string
  readonly command: ReadonlyArray<string>
}
export const checkSteps: ReadonlyArray<Step>
export const runCheck: (
  root: string,
  env: Readonly<Record<string, string | undefined>>,
  steps?: ReadonlyArray<Step>,
  write?: (text: string) => void,
) => number
