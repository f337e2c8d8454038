import { expect } from "vitest"
import type { TestSession } from "./Attack.ts"

/** What perl is to call: the numbers of `syscall_64.tbl` and of `asm-generic/unistd.h`, and the arguments in perl, where `$text` is a string. */
export interface SystemCall {
  readonly name: string
  readonly x64: number
  readonly arm64: number
  readonly args?: string
}

export const EPERM = 1
export const EINVAL = 22
export const ENOSYS = 38
export const EAFNOSUPPORT = 97
const errnoNames: Readonly<Record<number, string>> = {
  [EPERM]: "EPERM",
  [EINVAL]: "EINVAL",
  [ENOSYS]: "ENOSYS",
  [EAFNOSUPPORT]: "EAFNOSUPPORT",
}

/** Makes the calls inside and expects every one to be refused with one of `errnos`. Answers what was seen: `bpf EPERM, …`. */
export const refusedCalls = async (
  session: TestSession,
  calls: ReadonlyArray<SystemCall>,
  errnos: ReadonlyArray<number> = [EPERM],
): Promise<string> => {
  const script = calls
    .map(
      (call) =>
        `$r = syscall(${[process.arch === "arm64" ? call.arm64 : call.x64, call.args ?? "0, 0, 0, 0, 0, 0"].join(", ")}); print "$r ", $! + 0, "\\n";`,
    )
    .join("\n")
  const ran = await session.exec(["perl", "-e", `$| = 1; my $r; my $text = "/tmp";\n${script}`])
  const seen = ran.out.trim().split("\n")
  expect([seen.length, ran.err]).toEqual([calls.length, ""])
  return calls
    .map(({ name }, i) => {
      const [result, errno] = (seen[i] ?? "").split(" ").map(Number)
      expect({ name, result, errno, refused: errnos.includes(errno ?? 0) }).toEqual({ name, result: -1, errno, refused: true })
      return `${name} ${errnoNames[errno ?? 0] ?? errno}`
    })
    .join(", ")
}
