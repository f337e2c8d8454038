export const installInputs: (root: string) => ReadonlyArray<string>
export const installHash: (root: string) => string
export const packagesAreFresh: (root: string) => boolean
