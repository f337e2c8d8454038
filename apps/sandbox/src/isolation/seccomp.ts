/**
 * A classic-BPF seccomp program in the form that `bwrap --seccomp FD` reads (struct sock_filter[], little endian).
 * It denies what namespaces do not wall off: AF_VSOCK and other socket families, io_uring, keyrings, nested user
 * namespaces, mounts, BPF, module loading, clocks. Numbers: Linux `arch/x86/entry/syscalls/syscall_64.tbl` and `asm-generic/unistd.h`.
 */
const LOAD = 0x20,
  EQUAL = 0x15,
  AT_LEAST = 0x35,
  HAS_BITS = 0x45,
  RETURN = 0x06
const ALLOW = 0x7fff0000,
  KILL_PROCESS = 0x80000000
const refuse = (errno: number) => 0x00050000 | errno
const EPERM = 1,
  ENOSYS = 38,
  EAFNOSUPPORT = 97
/** Offsets in struct seccomp_data. */
const NR = 0,
  ARCH = 4,
  ARG0 = 16,
  ARG1 = 24
const CLONE_NEWUSER = 0x10000000,
  TIOCSTI = 0x5412,
  TIOCLINUX = 0x541c
const AF_UNIX = 1,
  AF_INET = 2,
  AF_INET6 = 10,
  AF_NETLINK = 16
const X32_BIT = 0x40000000
/** Syscalls newer than this table (Linux 6.10) do not exist for the sandbox; programs fall back. */
const FIRST_UNKNOWN = 463

interface Table {
  readonly audit: number
  readonly clone: number
  readonly unshare: number
  readonly socket: number
  readonly ioctl: number
  readonly denied: ReadonlyArray<number>
}

/** io_uring, open_tree … fspick, mount_setattr, quotactl_fd: the same number everywhere. */
const denied_everywhere = [425, 426, 427, 428, 429, 430, 431, 432, 433, 442, 443]

const tables: Partial<Record<NodeJS.Architecture, Table>> = {
  x64: {
    audit: 0xc000003e,
    clone: 56,
    unshare: 272,
    socket: 41,
    ioctl: 16,
    denied: [
      248,
      249,
      250,
      /* add_key request_key keyctl */ 321,
      298,
      323 /* bpf perf_event_open userfaultfd */,
      165,
      166,
      155,
      308,
      167,
      168 /* mount umount2 pivot_root setns swapon swapoff */,
      246,
      320,
      175,
      313,
      176 /* kexec_load kexec_file_load init_module finit_module delete_module */,
      304,
      179,
      163,
      169,
      103,
      172,
      173 /* open_by_handle_at quotactl acct reboot syslog iopl ioperm */,
      227,
      159,
      305,
      164,
      180 /* clock_settime adjtimex clock_adjtime settimeofday nfsservctl */,
      ...denied_everywhere,
    ],
  },
  arm64: {
    audit: 0xc00000b7,
    clone: 220,
    unshare: 97,
    socket: 198,
    ioctl: 29,
    denied: [
      217,
      218,
      219,
      280,
      241,
      282,
      40,
      39,
      41,
      268,
      224,
      225,
      104,
      294,
      105,
      273,
      106,
      265,
      60,
      89,
      142,
      116,
      112,
      171,
      266,
      170,
      42,
      ...denied_everywhere,
    ],
  },
}

type Instruction = readonly [code: number, whenTrue: number, whenFalse: number, operand: number]

const program = (table: Table): ReadonlyArray<Instruction> => {
  const out: Array<Instruction> = []
  const emit = (code: number, operand: number, whenTrue = 0, whenFalse = 0) => out.push([code, whenTrue, whenFalse, operand >>> 0])
  const answer = (value: number) => emit(RETURN, value)

  emit(LOAD, ARCH)
  emit(EQUAL, table.audit, 1, 0)
  answer(KILL_PROCESS)
  emit(LOAD, NR)
  if (table.audit === 0xc000003e) {
    emit(AT_LEAST, X32_BIT, 0, 1)
    answer(refuse(ENOSYS))
  }
  emit(AT_LEAST, FIRST_UNKNOWN, 0, 1)
  answer(refuse(ENOSYS))
  for (const nr of table.denied) {
    emit(EQUAL, nr, 0, 1)
    answer(refuse(EPERM))
  }
  // clone3 keeps its flags in memory, where no filter can look: libc falls back to clone.
  emit(EQUAL, 435, 0, 1)
  answer(refuse(ENOSYS))
  for (const nr of [table.clone, table.unshare]) {
    emit(EQUAL, nr, 0, 4)
    emit(LOAD, ARG0)
    emit(HAS_BITS, CLONE_NEWUSER, 0, 1)
    answer(refuse(EPERM))
    answer(ALLOW)
  }
  emit(EQUAL, table.ioctl, 0, 5)
  emit(LOAD, ARG1)
  emit(EQUAL, TIOCSTI, 1, 0)
  emit(EQUAL, TIOCLINUX, 0, 1)
  answer(refuse(EPERM))
  answer(ALLOW)
  const families = [AF_UNIX, AF_INET, AF_INET6, AF_NETLINK]
  emit(EQUAL, table.socket, 0, families.length + 3)
  emit(LOAD, ARG0)
  families.forEach((family, i) => emit(EQUAL, family, families.length - i, 0))
  answer(refuse(EAFNOSUPPORT))
  answer(ALLOW)
  answer(ALLOW)
  return out
}

/** The filter for this machine, or null where there is no table (then nothing may run: fail closed). */
export const seccompFilter = (arch: NodeJS.Architecture = process.arch): Buffer | null => {
  const table = tables[arch]
  if (table === undefined) return null
  const instructions = program(table)
  const bytes = Buffer.alloc(instructions.length * 8)
  instructions.forEach(([code, whenTrue, whenFalse, operand], i) => {
    bytes.writeUInt16LE(code, i * 8)
    bytes.writeUInt8(whenTrue, i * 8 + 2)
    bytes.writeUInt8(whenFalse, i * 8 + 3)
    bytes.writeUInt32LE(operand, i * 8 + 4)
  })
  return bytes
}
