/**
 * The system calls a sandbox may make, in one list for two walls: the engine's profile, and the filter that the supervisor
 * puts on itself and so on all it starts, because gVisor heeds no profile. It is an allow-list, so that what the kernel learns tomorrow is closed until somebody
 * opens it. Not on it, with reasons:
 *
 * - keyctl, add_key, request_key; shmget, semget, msgget, mq_*: they outlive a run and are not in any directory that a
 *   wipe reaches;
 * - ptrace, process_vm_*, kcmp, pidfd_getfd: looking into other processes;
 * - mount, pivot_root, unshare, setns, clone3 (its flags cannot be filtered) and clone with new namespaces;
 * - bpf, userfaultfd, io_uring_*, perf_event_open, open_by_handle_at, fanotify_*, modules, clocks, swap, reboot: kernel
 *   surface that no program of an interview needs;
 * - setxattr and its like: gVisor keeps attributes of files where no limit of a run reaches;
 * - mknod of devices, which Linux refuses to whoever lacks a capability, and gVisor does not.
 *
 * Every other ABI of the machine (32-bit on 64-bit) is refused by not being listed among the architectures.
 */
const names = `
accept accept4 access arch_prctl bind brk capget capset chdir chmod chown clock_getres clock_gettime clock_nanosleep
close close_range connect copy_file_range creat dup dup2 dup3 epoll_create epoll_create1 epoll_ctl epoll_pwait
epoll_pwait2 epoll_wait eventfd eventfd2 execve execveat exit exit_group faccessat faccessat2 fadvise64 fallocate fchdir
fchmod fchmodat fchmodat2 fchown fchownat fcntl fdatasync fgetxattr flistxattr flock fork fremovexattr fstat
fstatfs fsync ftruncate futex futex_requeue futex_wait futex_waitv futex_wake futimesat get_mempolicy get_robust_list
get_thread_area getcpu getcwd getdents getdents64 getegid geteuid getgid getgroups getitimer getpeername getpgid getpgrp
getpid getppid getpriority getrandom getresgid getresuid getrlimit getrusage getsid getsockname getsockopt gettid
gettimeofday getuid getxattr inotify_add_watch inotify_init inotify_init1 inotify_rm_watch ioctl ioprio_get ioprio_set
kill lchown lgetxattr link linkat listen listxattr llistxattr lremovexattr lseek lstat madvise map_shadow_stack
membarrier memfd_create mincore mkdir mkdirat mlock mlock2 mlockall mmap mprotect mremap mseal msync
munlock munlockall munmap name_to_handle_at nanosleep newfstatat open openat openat2 pause pidfd_open pidfd_send_signal
pipe pipe2 pkey_alloc pkey_free pkey_mprotect poll ppoll prctl pread64 preadv preadv2 prlimit64 pselect6 pwrite64 pwritev
pwritev2 read readahead readlink readlinkat readv recvfrom recvmmsg recvmsg removexattr rename renameat renameat2
restart_syscall rmdir rseq rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend
rt_sigtimedwait rt_tgsigqueueinfo sched_get_priority_max sched_get_priority_min sched_getaffinity sched_getattr
sched_getparam sched_getscheduler sched_rr_get_interval sched_setaffinity sched_setattr sched_setparam
sched_setscheduler sched_yield select sendfile sendmmsg sendmsg sendto set_mempolicy set_robust_list set_thread_area
set_tid_address setfsgid setfsuid setgid setgroups setitimer setpgid setpriority setregid setresgid setresuid setreuid
setrlimit setsid setsockopt setuid shutdown sigaltstack signalfd signalfd4 socketpair splice stat statfs statx
symlink symlinkat sync sync_file_range syncfs sysinfo tee tgkill time timer_create timer_delete timer_getoverrun
timer_gettime timer_settime timerfd_create timerfd_gettime timerfd_settime times tkill truncate umask uname unlink
unlinkat utime utimensat utimes vfork vmsplice wait4 waitid waitpid write writev
`;

/** A call that is allowed only when one of its arguments, as far as `mask` shows it, is this. All are of 32 bits. */
interface Condition {
  readonly call: string;
  readonly argument: number;
  readonly mask: number;
  readonly value: number;
}

const allBits = 0xffffffff;
/** AF_UNIX, AF_INET and AF_INET6; within the sandbox's own, empty network. Not AF_NETLINK, AF_ALG, AF_VSOCK, AF_PACKET … */
const socketFamilies = [1, 2, 10];
/** All CLONE_NEW* flags. */
const namespaceFlags = 0x7e020000;
/** Personalities that change nothing about security: PER_LINUX, PER_LINUX32, UNAME26, both, and "only tell". */
const personalities = [0x0, 0x0008, 0x20000, 0x20008, 0xffffffff];
/** What mknod may make: a file (which 0 means too), a pipe, a socket. */
const nodeKinds = [0, 0o100000, 0o010000, 0o140000];
const nodeKindMask = 0o170000;

const conditions: readonly Condition[] = [
  ...socketFamilies.map((value) => ({ call: "socket", argument: 0, mask: allBits, value })),
  ...personalities.map((value) => ({ call: "personality", argument: 0, mask: allBits, value })),
  ...nodeKinds.flatMap((value) => [
    { call: "mknod", argument: 1, mask: nodeKindMask, value },
    { call: "mknodat", argument: 2, mask: nodeKindMask, value },
  ]),
  { call: "clone", argument: 0, mask: namespaceFlags, value: 0 },
];

/** Calls that are refused as if the kernel did not know them: glibc falls back to clone then, and only then. */
const unknown = ["clone3"];
const enosys = 38;

const allowed = names.trim().split(/\s+/);

/** The profile in Docker's format, as JSON. */
export function seccompProfile(): string {
  return JSON.stringify({
    defaultAction: "SCMP_ACT_ERRNO",
    architectures: [process.arch === "arm64" ? "SCMP_ARCH_AARCH64" : "SCMP_ARCH_X86_64"],
    syscalls: [
      { names: allowed, action: "SCMP_ACT_ALLOW" },
      ...conditions.map(({ call, argument, mask, value }) => ({
        names: [call],
        action: "SCMP_ACT_ALLOW",
        args: [{ index: argument, value: mask, valueTwo: value, op: "SCMP_CMP_MASKED_EQ" }],
      })),
      { names: unknown, action: "SCMP_ACT_ERRNO", errnoRet: enosys },
    ],
  });
}

/**
 * The same rules for the supervisor's `filter.c`, as rows of a table in C: call, argument, mask, value, and the error to
 * refuse it with. The image's own headers have the numbers; a call that this machine's kind does not have is left out.
 */
export function callRules(): string {
  const rows = [
    ...allowed.map((call) => [call, 0, 0, 0, 0] as const),
    ...conditions.map(({ call, argument, mask, value }) => [call, argument, mask, value, 0] as const),
    ...unknown.map((call) => [call, 0, 0, 0, enosys] as const),
  ];
  const lines = rows.map(
    ([call, ...numbers]) =>
      `#ifdef SYS_${call}\n{SYS_${call}, ${numbers.map((value) => `${value}u`).join(", ")}},\n#endif\n`,
  );
  return lines.join("");
}
