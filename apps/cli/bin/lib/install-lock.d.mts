export const tryLock: (file: string, pid?: number) => { readonly taken: true } | { readonly taken: false; readonly holder: number }
export const withInstallLock: <A>(root: string, say: (line: string) => void, work: () => A | Promise<A>) => Promise<A>
