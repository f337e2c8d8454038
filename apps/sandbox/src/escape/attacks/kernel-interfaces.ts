import { expect } from "vitest"
import type { Attack } from "../Attack.ts"
import { ENOSYS, EPERM, refusedCalls, type SystemCall } from "../system-calls.ts"

const NEW_USER = "0x10000000"

const families: ReadonlyArray<{
  readonly name: string
  readonly calls: ReadonlyArray<SystemCall>
  readonly errnos?: ReadonlyArray<number>
}> = [
  {
    name: "io_uring",
    calls: [
      { name: "io_uring_setup", x64: 425, arm64: 425, args: "8, 0" },
      { name: "io_uring_enter", x64: 426, arm64: 426 },
      { name: "io_uring_register", x64: 427, arm64: 427 },
    ],
  },
  {
    name: "kernel keyrings",
    calls: [
      { name: "add_key", x64: 248, arm64: 217 },
      { name: "request_key", x64: 249, arm64: 218 },
      { name: "keyctl", x64: 250, arm64: 219 },
    ],
  },
  {
    name: "bpf, userfaultfd, perf",
    calls: [
      { name: "bpf", x64: 321, arm64: 280 },
      { name: "userfaultfd", x64: 323, arm64: 282 },
      { name: "perf_event_open", x64: 298, arm64: 241 },
    ],
  },
  {
    name: "a nested user namespace by unshare and clone",
    calls: [
      { name: "unshare(CLONE_NEWUSER)", x64: 272, arm64: 97, args: NEW_USER },
      { name: "unshare(CLONE_NEWUSER | CLONE_NEWNS)", x64: 272, arm64: 97, args: "0x10020000" },
      { name: "clone(CLONE_NEWUSER)", x64: 56, arm64: 220, args: `${NEW_USER}, 0, 0, 0, 0` },
    ],
  },
  { name: "clone3, whose flags no filter can read", calls: [{ name: "clone3", x64: 435, arm64: 435, args: "0, 0" }], errnos: [ENOSYS] },
  {
    name: "namespaces without a user namespace",
    calls: [
      { name: "unshare(CLONE_NEWNET)", x64: 272, arm64: 97, args: "0x40000000" },
      { name: "unshare(CLONE_NEWNS)", x64: 272, arm64: 97, args: "0x20000" },
      { name: "setns", x64: 308, arm64: 268 },
    ],
  },
  {
    name: "mounts, by the old and the new interface",
    calls: [
      { name: "mount", x64: 165, arm64: 40 },
      { name: "umount2", x64: 166, arm64: 39 },
      { name: "pivot_root", x64: 155, arm64: 41 },
      { name: "open_tree", x64: 428, arm64: 428 },
      { name: "move_mount", x64: 429, arm64: 429 },
      { name: "fsopen", x64: 430, arm64: 430 },
      { name: "fsconfig", x64: 431, arm64: 431 },
      { name: "fsmount", x64: 432, arm64: 432 },
      { name: "fspick", x64: 433, arm64: 433 },
      { name: "mount_setattr", x64: 442, arm64: 442 },
    ],
  },
  { name: "files by handle, past every path", calls: [{ name: "open_by_handle_at", x64: 304, arm64: 265 }] },
  {
    name: "kernel modules and another kernel",
    calls: [
      { name: "init_module", x64: 175, arm64: 105 },
      { name: "finit_module", x64: 313, arm64: 273 },
      { name: "delete_module", x64: 176, arm64: 106 },
      { name: "kexec_load", x64: 246, arm64: 104 },
      { name: "kexec_file_load", x64: 320, arm64: 294 },
    ],
  },
  {
    name: "the machine's clock, power, log, accounting and swap",
    calls: [
      { name: "clock_settime", x64: 227, arm64: 112 },
      { name: "adjtimex", x64: 159, arm64: 171 },
      { name: "reboot", x64: 169, arm64: 142 },
      { name: "syslog", x64: 103, arm64: 116, args: "3, 0, 0" },
      { name: "acct", x64: 163, arm64: 89 },
      { name: "swapon", x64: 167, arm64: 224 },
      { name: "quotactl", x64: 179, arm64: 60 },
    ],
  },
  {
    name: "a system call of tomorrow",
    calls: [
      { name: "463", x64: 463, arm64: 463 },
      { name: "500", x64: 500, arm64: 500 },
    ],
    errnos: [ENOSYS],
  },
  ...(process.arch === "x64"
    ? [{ name: "the x32 numbers of 64-bit calls", calls: [{ name: "x32 ptrace", x64: 0x40000000 + 521, arm64: 0 }], errnos: [ENOSYS] }]
    : []),
]

/** A static 32-bit ELF of 94 bytes: `exit(42)` by int 0x80, whose numbers mean other calls than the filter thinks. */
const ELF32 = [
  "7f454c46010101000000000000000000020003000100000054800408340000000000000000000000340020000100000000000000",
  "0100000000000000008004080080040860000000600000000500000000100000",
  "b801000000bb2a000000cd80",
].join("")

const oldCalls: Attack = {
  group: 13,
  name: "32-bit system calls",
  run: async ({ session }) => {
    const ran = await session.exec(`printf %s ${ELF32} | perl -pe '$_ = pack "H*", $_' > old && chmod +x old && ./old; echo "code $?"`)
    // SIGSYS is 31; a kernel without the old interface cannot even start it.
    expect(ran.out).toMatch(/^code (159|126)\n/)
    return { by: "seccomp", evidence: `killed, ${ran.out.trim()}` }
  },
}

/** Group 13: what no namespace walls off, the seccomp filter does. */
export const kernelInterfaces: ReadonlyArray<Attack> = [
  ...families.map(({ name, calls, errnos }): Attack => ({
    group: 13,
    name,
    run: async ({ session }) => ({ by: "seccomp", evidence: await refusedCalls(session, calls, errnos ?? [EPERM]) }),
  })),
  ...(process.arch === "x64" ? [oldCalls] : []),
  {
    group: 13,
    name: "what the kernel shows of itself",
    run: async ({ session }) => {
      const ran = await session.exec(
        "dmesg >/dev/null 2>&1 && echo dmesg; head -c1 /proc/kcore 2>/dev/null | wc -c; head -c1 /dev/mem /dev/kmem /dev/port 2>/dev/null | wc -c; grep -cv '^0000000000000000' /proc/kallsyms; (echo c > /proc/sysrq-trigger) 2>/dev/null && echo sysrq; for f in /proc/sys/kernel/core_pattern /proc/sys/kernel/hostname /proc/sys/vm/overcommit_memory /sys/kernel/mm/transparent_hugepage/enabled; do (echo '|/tmp/x' > $f) 2>/dev/null && echo wrote $f; done; true",
      )
      expect(ran.out.trim().split("\n")).toEqual(["0", "0", "0"])
      return { by: "uid without capabilities", evidence: "no kernel log, memory, address or switch: 0 bytes, 0 writes" }
    },
  },
]
