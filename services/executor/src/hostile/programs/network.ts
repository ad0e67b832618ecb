import { attempts, cMain, type HostileProgram, java, javascript, python } from "../hostile.ts";

/** Class J: anybody else on the network. */
export const network: readonly HostileProgram[] = [
  {
    class: "J",
    kind: "program",
    name: "connections to everywhere",
    tries: "connects to the internet, to cloud metadata, to the engine's bridge and to the installation's own services",
    programs: [
      python(
        `import socket
hosts = ["1.1.1.1", "8.8.8.8", "169.254.169.254", "172.17.0.1", "172.18.0.1", "10.0.0.1", "192.168.0.1", "192.168.65.2", "127.0.0.1", "0.0.0.0", "255.255.255.255"]
for host in hosts:
    for port in (22, 53, 80, 443, 2375, 3000, 5432, 6379, 8080):
        s = socket.socket(); s.settimeout(0.2)
        try: s.connect((host, port)); print("connected", host, port)
        except OSError: pass
        s.close()
for host in ("::1", "2606:4700:4700::1111", "fe80::1", "fd00:ec2::254"):
    s = socket.socket(socket.AF_INET6); s.settimeout(0.2)
    try: s.connect((host, 80)); print("connected", host)
    except OSError: pass`,
      ),
      javascript(
        'const net = require("node:net"); for (const host of ["1.1.1.1", "169.254.169.254", "172.17.0.1", "127.0.0.1"]) for (const port of [80, 443, 6379, 5432]) { const s = net.connect(port, host, () => console.log(host, port)); s.on("error", () => {}); s.setTimeout(300, () => s.destroy()); }',
      ),
      java(
        'for (var u : new String[] {"http://169.254.169.254/latest/meta-data", "http://172.17.0.1:2375/info", "https://example.org"}) try { new URI(u).toURL().openStream().read(); System.out.println(u); } catch (IOException e) { }',
      ),
    ],
    ends: ["exited"],
    says: "",
  },
  {
    class: "J",
    kind: "program",
    name: "names and datagrams",
    tries: "asks name servers, sends datagrams, broadcasts and multicasts, and pings",
    programs: [
      python(
        `import socket
for name in ("example.org", "redis", "postgres", "gateway", "host.docker.internal", "metadata.google.internal"):
    try: print(socket.getaddrinfo(name, 80))
    except OSError: pass
for host in ("8.8.8.8", "172.17.0.1", "255.255.255.255", "224.0.0.1", "127.0.0.11"):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(0.1)
    try: s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1); s.sendto(b"\\x00\\x01\\x01\\x00\\x00\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x01a\\x00\\x00\\x01\\x00\\x01", (host, 53)); print(host, s.recv(100))
    except OSError: pass
for kind in (socket.SOCK_RAW, socket.SOCK_DGRAM):
    try: socket.socket(socket.AF_INET, kind, socket.IPPROTO_ICMP).sendto(b"\\x08\\x00\\xf7\\xff\\x00\\x00\\x00\\x00", ("172.17.0.1", 0)); print("pinged")
    except OSError: pass`,
      ),
    ],
    ends: ["exited"],
    says: "",
  },
  {
    class: "J",
    kind: "program",
    name: "sockets of every family",
    tries: "opens a socket of each family and type there is: only those of files and of the empty network open",
    programs: [
      cMain(
        `for (int family = 0; family < 64; family++) for (int type = 1; type <= 10; type++) { int s = socket(family, type, 0); if (s >= 0 && family != AF_UNIX && family != AF_INET && family != AF_INET6) printf("%d %d\\n", family, type); if (s >= 0) close(s); }
for (int protocol = 0; protocol < 263; protocol++) if (socket(AF_INET, SOCK_RAW, protocol) >= 0 || socket(AF_INET6, SOCK_RAW, protocol) >= 0) printf("raw %d\\n", protocol);`,
      ),
    ],
    ends: ["exited"],
    says: "",
  },
  {
    class: "J",
    kind: "program",
    name: "interfaces and routes",
    tries: "lists and changes interfaces, addresses and routes, listens on well-known ports, and binds to devices",
    programs: [
      attempts(
        [
          'ioctl(socket(AF_INET, SOCK_DGRAM, 0), 0x8914, &(struct { char name[16]; short flags; char rest[22]; }){"eth0", 1, {0}})',
          "ioctl(socket(AF_INET, SOCK_DGRAM, 0), 0x890b, calloc(1, 128))",
          'setsockopt(socket(AF_INET, SOCK_STREAM, 0), SOL_SOCKET, SO_BINDTODEVICE, "eth0", 5)',
          "setsockopt(socket(AF_INET, SOCK_STREAM, 0), SOL_SOCKET, SO_MARK, &(int){1}, 4)",
          "setsockopt(socket(AF_INET, SOCK_STREAM, 0), SOL_SOCKET, SO_RCVBUFFORCE, &(int){1 << 30}, 4)",
          "low(22)",
          "low(80)",
          'open("/dev/net/tun", O_RDWR)',
          'open("/proc/sys/net/ipv4/ip_forward", O_WRONLY)',
        ],
        'static int low(int port) { struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port)}; a.sin_addr.s_addr = inet_addr("172.17.0.1"); return bind(socket(AF_INET, SOCK_STREAM, 0), (void *)&a, sizeof a); }',
      ),
      python(
        "import os\nfound = [n for n in os.listdir('/sys/class/net') if n != 'lo'] if os.path.isdir('/sys/class/net') else []\nif found: print(found)",
      ),
    ],
    ends: ["exited"],
    says: "",
    gvisor: { says: /^(setsockopt\(.*SO_MARK.*\n|open\("\/dev\/net\/tun".*\n)*$/ },
    known:
      "In gVisor anybody may mark packets and open the device of tunnels. There is no network to send them to, and no right to make a tunnel.",
  },
];
