export interface Tools {
  readonly node: string
  readonly bin: string
  readonly directory: string
}
export const toolVersions: { readonly node: string; readonly npm: string; readonly pnpm: string; readonly yarn: string }
export const nodePackage: (platform: string, arch: string) => string
export const missingTools: (machine: {
  readonly nodeVersion: string
  readonly platform: string
  readonly arch: string
  readonly installed: (name: string) => string | undefined
}) => ReadonlyArray<string>
