/**
 * Two steps of a container's launch that no program of Debian 12 takes; perl is Essential there, so that nothing has to be compiled
 * (decision 017; util-linux 2.40 brings `setpriv --seccomp-filter`, which makes the first one superfluous).
 */

/** prctl(2): `asm-generic/unistd.h`, `syscall_64.tbl`. */
const PRCTL: Partial<Record<NodeJS.Architecture, number>> = { x64: 157, arm64: 167 }
export const PERL = "/usr/bin/perl"

/** PR_SET_NO_NEW_PRIVS is 38, PR_SET_SECCOMP 22, SECCOMP_MODE_FILTER 2; the argument is a struct sock_fprog. */
const FILTER = `my $prctl = 0 + shift;
open(my $in, "<&=", 3) or die "seccomp: $!";
my $filter = do { local $/; <$in> } // "";
die "seccomp: no filter on descriptor 3" if length($filter) < 8 || length($filter) % 8;
my $program = pack("S x![P] P", length($filter) / 8, $filter);
syscall($prctl, 38, 1, 0, 0, 0) == 0 && syscall($prctl, 22, 2, $program, 0, 0) == 0 or die "seccomp: $!";
exec { $ARGV[0] } @ARGV or die "$ARGV[0]: $!"`

/**
 * Command prefix that installs the filter of descriptor 3. It stands before the uid is dropped: afterwards a process of the same uid
 * could trace the launcher in the moment before the filter holds.
 */
export const installFilter = (arch: NodeJS.Architecture = process.arch): ReadonlyArray<string> => [
  PERL,
  "-e",
  FILTER,
  "--",
  String(PRCTL[arch]),
]

const ENVIRONMENT = `setpriority(0, 0, 19);
open(my $in, "<&=", 4) or die "environment: $!";
my $text = do { local $/; <$in> } // "";
%ENV = ();
for (split /\\0/, $text) { my ($name, $value) = split /=/, $_, 2; $ENV{$name} = $value }
exec { $ARGV[0] } @ARGV or die "$ARGV[0]: $!"`

/**
 * Command prefix that takes `NAME=value`, each ended by NUL, from descriptor 4 as the whole environment: as arguments of env(1) they
 * would stand in every listing of processes. After the uid is dropped, since LD_PRELOAD may be among them. From here on it has the lowest
 * priority: in its container only the daemon competes with it, which must get its turn to end a bomb of a thousand busy processes. Nobody
 * raises it again without CAP_SYS_NICE.
 */
export const takeEnvironment: ReadonlyArray<string> = [PERL, "-e", ENVIRONMENT, "--"]
