/*
 * Which system calls everything in the sandbox may make from now on, whatever the container's runtime does about it: runc
 * has a profile of its own from the same rules, gVisor heeds none. A filter is inherited and cannot be taken off.
 */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "supervisor.h"

#if defined __x86_64__
#define OWN_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined __aarch64__
#define OWN_ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "The filter knows x86_64 and aarch64."
#endif

/* A call is allowed when (argument & mask) == value in one of its rules, or refused with `error` when its rule has one. */
static const struct rule {
  uint32_t call, argument, mask, value, error;
} rules[] = {
/* Made from src/sandbox/seccomp.ts when an image is built. */
#include "call-rules.inc"
};
#define RULES (sizeof rules / sizeof *rules)

/* What happens to a call: the index of its first rule, or one of these. */
#define REFUSED (-1)
#define ALLOWED (-2)
#define CALLS 1024
static int16_t action_of[CALLS];

static struct sock_filter program[BPF_MAXINSNS];
static unsigned length;

static unsigned emit(uint16_t code, uint32_t k, uint8_t if_true, uint8_t if_false) {
  if (length == BPF_MAXINSNS) fault("the filter of system calls is too long");
  program[length] = (struct sock_filter){.code = code, .k = k, .jt = if_true, .jf = if_false};
  return length++;
}

static void emit_return(uint32_t error) {
  emit(BPF_RET | BPF_K, error ? SECCOMP_RET_ERRNO | error : SECCOMP_RET_ALLOW, 0, 0);
}

static void emit_load(size_t offset) { emit(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0); }

/* The low half of an argument is where little-endian machines, which both of these are, begin it. */
static void emit_conditions(size_t first) {
  for (size_t i = first; i < RULES; i++) {
    if (rules[i].call != rules[first].call) continue;
    emit_load(offsetof(struct seccomp_data, args) + 8 * rules[i].argument);
    emit(BPF_ALU | BPF_AND | BPF_K, rules[i].mask, 0, 0);
    emit(BPF_JMP | BPF_JEQ | BPF_K, rules[i].value, 0, 1);
    emit_return(0);
  }
  emit_return(EPERM);
}

static void emit_action(int action) {
  if (action == ALLOWED) emit_return(0);
  else if (action == REFUSED) emit_return(EPERM);
  else if (rules[action].error) emit_return(rules[action].error);
  else emit_conditions((size_t)action);
}

/* The first call after this one to which something else happens. */
static uint32_t end_of_range(uint32_t call, uint32_t end) {
  uint32_t next = call + 1;
  while (next < end && action_of[next] == action_of[call]) next++;
  return next;
}

/* For the calls from `start` to `end` (not included): halves them by ranges, so that none costs more than a few jumps. */
static void emit_search(uint32_t start, uint32_t end) {
  uint32_t middle = end_of_range(start, end);
  if (middle == end) {
    emit_action(action_of[start]);
    return;
  }
  for (uint32_t next = middle; next < end && next - start <= (end - start) / 2; next = end_of_range(next, end)) middle = next;
  emit(BPF_JMP | BPF_JGE | BPF_K, middle, 0, 1);
  /* Further than a conditional jump reaches. */
  unsigned jump = emit(BPF_JMP | BPF_JA, 0, 0, 0);
  emit_search(start, middle);
  program[jump].k = length - jump - 1;
  emit_search(middle, end);
}

/* The number after the last call that there is a rule for. */
static uint32_t sort_rules(void) {
  uint32_t end = 0;
  for (size_t i = 0; i < CALLS; i++) action_of[i] = REFUSED;
  for (size_t i = 0; i < RULES; i++) {
    if (rules[i].call >= CALLS) fault("a system call's number is too high for the filter");
    if (rules[i].call >= end) end = rules[i].call + 1;
    if (action_of[rules[i].call] != REFUSED) continue;
    bool always = rules[i].mask == 0 && rules[i].error == 0;
    action_of[rules[i].call] = always ? ALLOWED : (int16_t)i;
  }
  return end;
}

void filter_calls(void) {
  uint32_t end = sort_rules();
  emit_load(offsetof(struct seccomp_data, arch));
  emit(BPF_JMP | BPF_JEQ | BPF_K, OWN_ARCHITECTURE, 1, 0);
  emit_return(EPERM);
  emit_load(offsetof(struct seccomp_data, nr));
  /* A call newer than these rules is unknown here: programs know how to do without. */
  emit(BPF_JMP | BPF_JGE | BPF_K, end, 0, 1);
  emit_return(ENOSYS);
  emit_search(0, end);
  struct sock_fprog all = {.len = (unsigned short)length, .filter = program};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &all, 0, 0)) {
    fault("cannot filter system calls");
  }
}

bool filter_sessions(void) {
  struct sock_filter calls[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_setsid, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog all = {.len = sizeof calls / sizeof *calls, .filter = calls};
  return !prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &all, 0, 0);
}
