export interface Row {
  readonly package: string
  readonly for: ReadonlyArray<string>
  readonly programs?: ReadonlyArray<string>
  readonly path?: string
  readonly check?: ReadonlyArray<string>
}
export const debianPackages: ReadonlyArray<Row>
export const missingPackages: (needs: ReadonlyArray<string>, has: (row: Row) => boolean) => ReadonlyArray<string>
export const installerOf: (machine: {
  readonly isRoot: boolean
  readonly hasApt: boolean
  readonly hasSudo: () => boolean
}) => ReadonlyArray<string> | null
export const remedyFor: (packages: ReadonlyArray<string>, hasApt: boolean) => string
export const onPath: (program: string, path?: string) => boolean
