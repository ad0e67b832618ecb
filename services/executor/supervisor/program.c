/* From a fork of the supervisor to the candidate's program: another user, limits, files, and nothing inherited. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "supervisor.h"

/*
 * Far below the supervisor's 0, so that even a crowd of busy processes cannot keep it from its timers. It matters within
 * the sandbox alone: what a sandbox gets of the machine is decided for its cgroup as a whole.
 */
#define PROGRAM_NICE 19

bool program_take_user(uid_t user) {
  if (setgroups(0, NULL) || setresgid(user, user, user) || setresuid(user, user, user)) return false;
  return !prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

static bool limit(int resource, uint64_t soft, uint64_t hard) {
  struct rlimit value = {.rlim_cur = soft, .rlim_max = hard};
  return !setrlimit(resource, &value);
}

/* Whether the container has cgroups of its own. */
static bool is_gvisor;

static bool set_limits(const struct request *request) {
  uint64_t seconds = (request->cpu_ms + 999) / 1000;
  uint64_t stack = (uint64_t)request->stack_kib * 1024;
  return limit(RLIMIT_CORE, 0, 0) &&
         /*
          * A backstop, per process: the supervisor's own count of the whole tree comes first. gVisor counts threads that wait
          * for a processor as running, and would end a program with many of them long before its time.
          */
         (is_gvisor || limit(RLIMIT_CPU, seconds + 1, seconds + 2)) &&
         limit(RLIMIT_NPROC, request->processes, request->processes) &&
         limit(RLIMIT_FSIZE, request->file_bytes, request->file_bytes) &&
         limit(RLIMIT_NOFILE, request->open_files, request->open_files) && limit(RLIMIT_STACK, stack, stack) &&
         limit(RLIMIT_MEMLOCK, 65536, 65536);
}

/*
 * gVisor does not heed RLIMIT_NPROC, but has cgroups of its own, which root in the container may write to. runc mounts the
 * machine's, read-only: there, nothing happens.
 */
void program_limit_processes(uint32_t processes) {
  int limit = open("/sys/fs/cgroup/pids/pids.max", O_WRONLY | O_CLOEXEC);
  if (limit < 0) return;
  is_gvisor = true;
  /* There anybody may set on which processors this process runs, and so those that it starts: it does nothing, but tells. */
  cpu_set_t processors;
  memset(&processors, 0xff, sizeof processors);
  sched_setaffinity(0, sizeof processors, &processors);
  char text[16];
  int length = snprintf(text, sizeof text, "%u", processes + 1);
  if (write(limit, text, (size_t)length) != length) fault("cannot limit processes");
  close(limit);
}

/* gVisor lets none of these be set, and has nothing that they would limit. */
static void set_limits_of_linux(void) {
  limit(RLIMIT_MSGQUEUE, 0, 0);
  limit(RLIMIT_SIGPENDING, 1024, 1024);
  limit(RLIMIT_NICE, 0, 0);
  limit(RLIMIT_RTPRIO, 0, 0);
}

/* When memory runs out the kernel is to take the program and never the supervisor. Gone without, nothing is lost. */
static void volunteer_for_oom(void) {
  int score = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (score < 0) return;
  if (write(score, "1000", 4) < 0) errno = 0;
  close(score);
}

/* Makes the directories of a path; those that are there already will do. */
static void make_directories(const char *path) {
  char prefix[MAX_NAME + 1];
  for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
    memcpy(prefix, path, (size_t)(slash - path));
    prefix[slash - path] = 0;
    mkdir(prefix, 0755);
  }
}

static bool write_file(const struct file *file) {
  make_directories(file->name);
  int out = open(file->name, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, file->mode);
  if (out < 0) return false;
  for (uint32_t done = 0; done < file->length;) {
    ssize_t count = write(out, file->content + done, file->length - done);
    if (count < 0) {
      close(out);
      return false;
    }
    done += (uint32_t)count;
  }
  return !close(out);
}

static bool write_files(const struct request *request) {
  umask(022);
  if (chdir(WORK_DIRECTORY)) return false;
  for (int i = 0; i < request->file_count; i++) {
    if (!write_file(&request->files[i])) return false;
  }
  return true;
}

static _Noreturn void give_up(int status, uint8_t stage) {
  struct start_failure failure = {.stage = stage, .error = errno};
  if (write(status, &failure, sizeof failure) < 0) _exit(126);
  _exit(127);
}

/* Ignored signals and the blocked set survive exec: the program starts with the defaults. */
static void reset_signals(void) {
  for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

_Noreturn void program_become(const struct request *request, uid_t user, const int streams[3], int status) {
  setsid();
  if (request->input_kind == TERMINAL && !terminal_take(streams[0])) give_up(status, STAGE_LIMITS);
  volunteer_for_oom();
  setpriority(PRIO_PROCESS, 0, PROGRAM_NICE);
  if (!set_limits(request)) give_up(status, STAGE_LIMITS);
  set_limits_of_linux();
  if (!program_take_user(user)) give_up(status, STAGE_USER);
  if (is_gvisor && !filter_sessions()) give_up(status, STAGE_LIMITS);
  for (int i = 0; i < 3; i++) {
    if (dup2(streams[i], i) < 0) give_up(status, STAGE_LIMITS);
  }
  if (!write_files(request)) give_up(status, STAGE_FILES);
  reset_signals();
  /* Everything is close-on-exec already; this holds even if one day something is not. */
  syscall(SYS_close_range, 3u, ~0u, 4u /* CLOSE_RANGE_CLOEXEC */);
  execve(request->argv[0], request->argv, request->environment);
  give_up(status, STAGE_EXEC);
}
