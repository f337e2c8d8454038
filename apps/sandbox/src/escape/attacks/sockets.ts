import os from "node:os"
import { expect } from "vitest"
import type { Attack } from "../Attack.ts"
import { EAFNOSUPPORT, EPERM, refusedCalls } from "../system-calls.ts"

const family = (name: string, number: number, type = 1, protocol = 0) => ({
  name,
  x64: 41,
  arm64: 198,
  args: `${number}, ${type}, ${protocol}`,
})

/** IPv4 addresses of this host, its gateways' neighbourhood and the clouds' metadata service. */
const addresses = (): ReadonlyArray<string> => [
  ...Object.values(os.networkInterfaces())
    .flat()
    .flatMap((address) => (address?.family === "IPv4" ? [address.address] : [])),
  "0.0.0.0",
  "172.17.0.1",
]

/** Group 9. Routes, ports and names are the platform's to hold in a container: bubblewrap alone is asked for them here. */
export const sockets: ReadonlyArray<Attack> = [
  {
    group: 9,
    name: "socket families beside unix, inet and netlink: vsock, packet, alg, bluetooth …",
    run: async ({ session }) => ({
      by: "seccomp",
      evidence: await refusedCalls(
        session,
        [
          family("vsock", 40),
          family("packet", 17, 3),
          family("alg", 38, 5),
          family("bluetooth", 31, 3),
          family("can", 29, 3),
          family("tipc", 30),
          family("rds", 21, 5),
          family("xdp", 44, 3),
          family("key", 15, 3),
          family("unspec with high bits", 0x1_0000_0028),
        ],
        [EAFNOSUPPORT],
      ),
    }),
  },
  {
    group: 9,
    name: "raw sockets and changes by netlink",
    run: async ({ session }) => {
      const raw = await refusedCalls(session, [family("raw ICMP", 2, 3, 1), family("raw ICMPv6", 10, 3, 58)], [EPERM])
      const ran = await session.exec(
        // RTM_NEWLINK for a dummy device; the answer is an NLMSG_ERROR whose first word is the errno.
        `perl -e 'socket(my $s, 16, 3, 0) or exit print "no netlink"; my $b = pack("l S S l l C S l L L a*", 48, 16, 0x605, 1, 0, 0, 0, 0, 0, 0, pack("S S S S a6 x2", 16, 0x8012, 10, 1, "dummy")); $b = pack("L", length $b) . substr $b, 4; send($s, $b, 0); recv($s, my $r, 4096, 0); print unpack("x16 l", $r)'`,
      )
      expect(ran.out).toMatch(/^-(1|22|95)$/)
      expect((await session.exec("ls /sys/class/net 2>/dev/null; cut -d: -f1 /proc/net/dev")).out).not.toContain("dummy")
      return { by: "no CAP_NET_ADMIN, no CAP_NET_RAW", evidence: `${raw}; RTM_NEWLINK answers ${ran.out}` }
    },
  },
  {
    group: 9,
    name: "the host's loopback, addresses and services",
    isolators: ["bubblewrap"],
    run: async ({ canaries, daemon, session }) => {
      const ran = await session.exec(
        `for a in ${addresses().join(" ")}; do for p in ${canaries.port} ${daemon.port} 22 53 2375; do (exec 3<>/dev/tcp/$a/$p) 2>/dev/null && echo REACHED $a:$p; done; done; cut -d: -f1 /proc/net/dev | tail -n +3 | tr -d ' '; tail -n +2 /proc/net/route | wc -l`,
      )
      expect(ran.out).toBe("lo\n0\n")
      return { by: "network namespace", evidence: "only lo, no route; every address of the host on 5 ports: refused" }
    },
  },
  {
    group: 9,
    name: "the daemon itself, without its token",
    run: async ({ daemon, isolator, session }) => {
      const ran = await session.exec(
        `perl -MIO::Socket::INET -e 'my $s = IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => ${daemon.port}, Timeout => 5) or exit print "unreachable"; for my $t ("", "Authorization: Bearer wrong\\r\\n") { print $s "GET /v1/capabilities HTTP/1.1\\r\\nHost: x\\r\\n$t\\r\\n"; my $l = <$s>; print substr($l, 9, 3), " "; last }'`,
      )
      expect(ran.out).toBe(isolator === "bubblewrap" ? "unreachable" : "401 ")
      return { by: isolator === "bubblewrap" ? "network namespace" : "the daemon's token", evidence: ran.out.trim() }
    },
  },
  {
    group: 9,
    name: "abstract and bound unix sockets of the host",
    isolators: ["bubblewrap"],
    run: async ({ canaries, session }) => {
      const ran = await session.exec(
        `perl -MSocket -e 'for my $n ("\\0${canaries.abstractSocket}", "/run/systemd/private", "/var/run/docker.sock", "/run/dbus/system_bus_socket", "/tmp/.X11-unix/X0") { socket(my $s, AF_UNIX, SOCK_STREAM, 0); print connect($s, pack("S a*", AF_UNIX, $n)) ? "REACHED" : "no " }'; wc -l < /proc/net/unix`,
      )
      expect(ran.out).toBe("no no no no no 1\n")
      return { by: "network and mount namespace", evidence: "5 sockets: none; /proc/net/unix is empty" }
    },
  },
  {
    group: 9,
    name: "metadata service, DNS, UDP and the internet by address",
    isolators: ["bubblewrap"],
    run: async ({ session }) => {
      const ran = await session.exec(
        `for a in 169.254.169.254/80 169.254.170.2/80 168.63.129.16/80 1.1.1.1/443 8.8.8.8/53; do (exec 3<>/dev/tcp/$a) 2>&1 | grep -o 'Network is unreachable' | tail -1; done
         (echo x > /dev/udp/8.8.8.8/53) 2>&1 | grep -o 'Network is unreachable' | tail -1; getent hosts example.com; getent ahosts metadata.google.internal; perl -MSocket=:all -e 'socket(my $s, AF_INET6, SOCK_STREAM, 0); connect($s, pack_sockaddr_in6(80, inet_pton(AF_INET6, "2606:4700::1111"))) or print "$!\\n"'`,
      )
      expect(ran.out).toBe("Network is unreachable\n".repeat(6) + ran.out.trim().split("\n").at(-1) + "\n")
      expect(ran.out.trim().split("\n").at(-1)).toMatch(/unreachable|Cannot assign|Permission denied/)
      return { by: "network namespace without a route", evidence: "7 addresses unreachable, no name resolved" }
    },
  },
]
