/* One program from start to report: its pipes, its limits, its end. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "supervisor.h"

/* How often CPU time is looked at, which is one read of the cgroup; and how often when the limit is near. */
#define TICK_NS 10000000u
#define SHORT_TICK_NS 1000000u
/* Memory needs a look at every process: as often as CPU, but for many processes no more than a share of the time. */
#define SCAN_COST_FACTOR 20
#define SCAN_AT_LEAST_NS 100000000u
/* Of a program that is shorter than this ru_maxrss tells the most any process had, and the container's limit stands. */
#define FIRST_SCAN_NS 30000000u
/*
 * What a program writes bit by bit goes out together: its first bytes wait so long, unless somebody types into it, or it
 * writes to its other stream, for the order of the two is kept as well as it can be.
 */
#define OUTPUT_PAUSE_NS 500000u
/* The program's output is left in its pipes while this much waits for the executor. */
#define QUEUE_BYTES 262144
/* When nobody has ended for so long, those that are left are killed again. */
#define KILL_AGAIN_NS 2000000u
/* A terminal hands on what was written to it a moment later; when all have ended, its end is waited for so long. */
#define TERMINAL_DRAIN_NS 200000000u

static struct {
  bool active;
  struct request request;
  pid_t main;
  bool main_ended, all_ended;
  int status; /* as wait4 gave it */
  int in, out, err, start_status;
  int slave; /* a terminal's other end, held open while the program may open it again */
  bool input_ended;
  uint64_t output_bytes;
  enum reason reason;
  uint64_t started_ns, ended_ns, all_ended_ns, next_tick_ns, next_scan_ns;
  int *pending; /* the stream that has something to be read, at `output_due_ns` */
  uint64_t output_due_ns;
  uint64_t reaped_cpu_us, peak_cpu_us, peak_kib, files_kib;
  uint64_t cgroup_cpu_before_us, oom_kills_before;
} step = {.in = -1, .out = -1, .err = -1, .start_status = -1, .slave = -1};

static void close_one(int *fd) {
  if (*fd >= 0) close(*fd);
  *fd = -1;
}

static void make_pipe(int ends[2]) {
  if (pipe2(ends, O_CLOEXEC)) fault("cannot make a pipe");
}

/*
 * A pipe whose end for this process does not block; `mine` is 0 (read) or 1 (write). The program, which is another user,
 * may open its own end once more, as those do that read /dev/stdin: both ends have one mode, and it opens no other. gVisor
 * changes no pipe's mode: there the pipe is the user's own.
 */
static void open_pipe(int ends[2], int mine, uid_t user) {
  make_pipe(ends);
  if (fchmod(ends[mine], mine ? 0444 : 0222)) {
    close(ends[0]);
    close(ends[1]);
    if (seteuid(user)) fault("cannot make a user's pipe");
    make_pipe(ends);
    if (seteuid(0)) fault("cannot be root again");
  }
  fcntl(ends[mine], F_SETFL, (mine ? O_WRONLY : O_RDONLY) | O_NONBLOCK);
}

static uint64_t processors(void) {
  static uint64_t count;
  if (!count) count = (uint64_t)sysconf(_SC_NPROCESSORS_ONLN);
  return count;
}

static void see_cpu(uint64_t live_us) {
  uint64_t cpu_us = step.reaped_cpu_us + live_us;
  uint64_t cgroup_us = cgroup_cpu_us();
  /* The cgroup also counts children whose parents ignored their end, which no rusage ever shows. */
  if (cgroup_us > step.cgroup_cpu_before_us + cpu_us) cpu_us = cgroup_us - step.cgroup_cpu_before_us;
  /* gVisor counts what is ready to run as running: of a crowd that makes more time than there was. */
  uint64_t most_us = (monotonic_ns() - step.started_ns) / 1000 * processors();
  if (cpu_us > most_us) cpu_us = most_us;
  if (cpu_us > step.peak_cpu_us) step.peak_cpu_us = cpu_us;
}

static void reaped(pid_t pid, int status, const struct rusage *used) {
  step.reaped_cpu_us += (uint64_t)(used->ru_utime.tv_sec + used->ru_stime.tv_sec) * 1000000u +
                        (uint64_t)(used->ru_utime.tv_usec + used->ru_stime.tv_usec);
  uint64_t most_kib = (uint64_t)used->ru_maxrss;
  most_kib = most_kib > step.files_kib ? most_kib - step.files_kib : 0;
  if (most_kib > step.peak_kib) step.peak_kib = most_kib;
  if (pid == step.main && !step.main_ended) {
    step.main_ended = true;
    step.status = status;
    step.ended_ns = monotonic_ns();
  }
}

static void reap_ended(void) {
  int status;
  struct rusage used;
  for (pid_t pid; (pid = wait4(-1, &status, WNOHANG, &used)) > 0;) reaped(pid, status, &used);
}

/*
 * As process 1 with CAP_KILL, kill(-1) reaches every other process of the container at once. On Linux no fork escapes it:
 * the kernel refuses to fork for a process with a fatal signal pending. In gVisor one under way may, so it is repeated;
 * there is nobody left when it finds nobody.
 */
static void kill_everything(void) {
  sigset_t children;
  sigemptyset(&children);
  sigaddset(&children, SIGCHLD);
  while (kill(-1, SIGKILL) == 0) {
    reap_ended();
    sigtimedwait(&children, NULL, &(struct timespec){.tv_nsec = KILL_AGAIN_NS});
  }
  reap_ended();
  step.all_ended = true;
  step.all_ended_ns = monotonic_ns();
  close_one(&step.slave);
  see_cpu(0);
}

void step_kill(enum reason reason) {
  if (!step.active || step.all_ended) return;
  step.reason = reason;
  kill_everything();
}

void step_reap(void) {
  reap_ended();
  if (step.active && step.main_ended && !step.all_ended) kill_everything();
}

bool step_active(void) { return step.active; }

/* The program's three streams: pipes, or one terminal for all. */
static void open_streams(int streams[3], uid_t user) {
  if (step.request.input_kind == TERMINAL) {
    if (!terminal_open(&step.out, &step.slave)) fault("there is no terminal to be had");
    terminal_resize(step.out, step.request.columns, step.request.rows);
    step.in = fcntl(step.out, F_DUPFD_CLOEXEC, 3);
    streams[0] = streams[1] = streams[2] = step.slave;
    return;
  }
  int in[2], out[2], err[2];
  open_pipe(in, 1, user);
  open_pipe(out, 0, user);
  open_pipe(err, 0, user);
  step.in = in[1];
  step.out = out[0];
  step.err = err[0];
  streams[0] = in[0];
  streams[1] = out[1];
  streams[2] = err[1];
}

void step_start(struct request *request, uid_t user) {
  int streams[3], status[2];
  make_pipe(status);
  fcntl(status[0], F_SETFL, O_RDONLY | O_NONBLOCK);
  memset(&step, 0, sizeof step);
  step.active = true;
  step.request = *request;
  step.in = step.out = step.err = step.slave = -1;
  open_streams(streams, user);
  input_begin(request->input, request->input_length);
  step.input_ended = request->input_kind == GIVEN;
  step.start_status = status[0];
  step.oom_kills_before = cgroup_oom_kills();
  step.cgroup_cpu_before_us = cgroup_cpu_us();
  program_limit_processes(request->processes);
  step.started_ns = monotonic_ns();
  step.next_tick_ns = step.started_ns + TICK_NS;
  step.next_scan_ns = step.started_ns + FIRST_SCAN_NS;
  step.main = fork();
  if (step.main == 0) program_become(&step.request, user, streams, status[1]);
  for (int i = 0; i < 3 && step.slave < 0; i++) close(streams[i]);
  close(status[1]);
  if (step.main < 0) fault("cannot fork");
}

static bool takes_input(void) { return step.active && !step.all_ended && step.request.input_kind != GIVEN; }

void step_input(const uint8_t *bytes, uint32_t length) {
  if (takes_input() && !step.input_ended) input_add(bytes, length);
}

void step_input_end(void) {
  if (!takes_input()) return;
  /* A terminal has no end: its line discipline makes one of this character, when it is one that does. */
  if (step.request.input_kind == TERMINAL) input_add((const uint8_t[]){4}, 1);
  else step.input_ended = true;
}

void step_resize(uint16_t columns, uint16_t rows) {
  if (!step.active || step.slave < 0) return;
  if (!terminal_resize(step.out, columns, rows)) step_signal(SIGWINCH);
}

void step_signal(int number) {
  if (step.active && !step.main_ended && number > 0 && number < NSIG) kill(-step.main, number);
}

static void feed_input(void) {
  if (step.in < 0) return;
  bool read = !step.all_ended && input_feed(step.in);
  if (!read || (step.input_ended && input_waiting() == 0)) close_one(&step.in);
}

/* Whether nothing can still be on its way to a stream that has nothing to read now. */
static bool is_drained(void) {
  if (!step.all_ended) return false;
  return step.request.input_kind != TERMINAL || monotonic_ns() - step.all_ended_ns > TERMINAL_DRAIN_NS;
}

static void take_output(int *fd, uint8_t type) {
  static uint8_t buffer[32768];
  while (*fd >= 0 && frames_waiting() < QUEUE_BYTES) {
    ssize_t count = read(*fd, buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    /* Nothing more will come once every process is gone, whatever the pipe says. */
    if (count == 0 || (count < 0 && (errno != EAGAIN || is_drained()))) close_one(fd);
    if (count <= 0) return;
    uint64_t room = step.request.output_bytes > step.output_bytes ? step.request.output_bytes - step.output_bytes : 0;
    uint32_t sent = (uint64_t)count < room ? (uint32_t)count : (uint32_t)room;
    if (sent > 0) frames_send(type, buffer, sent);
    step.output_bytes += (uint64_t)count;
    if (step.output_bytes > step.request.output_bytes) {
      /* Over the limit is over the limit, even when the program ended before this was read. */
      if (step.all_ended && step.reason == BY_ITSELF) step.reason = OUTPUT;
      step_kill(OUTPUT);
    }
  }
}

/* Looks at every process. The cost counts as CPU time: a supervisor that had to wait has not worked. */
static void scan(void) {
  uint64_t before = own_cpu_ns();
  struct usage usage = measure_tree();
  see_cpu(usage.cpu_us);
  if (usage.resident_kib > step.peak_kib) step.peak_kib = usage.resident_kib;
  if (usage.files_kib > step.files_kib) step.files_kib = usage.files_kib;
  uint64_t pause = (own_cpu_ns() - before) * SCAN_COST_FACTOR;
  if (pause < TICK_NS) pause = TICK_NS;
  if (pause > SCAN_AT_LEAST_NS) pause = SCAN_AT_LEAST_NS;
  step.next_scan_ns = monotonic_ns() + pause;
  if (usage.resident_kib > step.request.memory_kib) step_kill(MEMORY);
}

/* No sooner than the CPU time that is left can be used up, were all processors busy with it. */
static uint64_t until_next_tick_ns(void) {
  uint64_t limit_us = (uint64_t)step.request.cpu_ms * 1000u;
  uint64_t left_us = limit_us > step.peak_cpu_us ? limit_us - step.peak_cpu_us : 0;
  uint64_t soonest_ns = left_us * 1000u / processors();
  if (soonest_ns > TICK_NS) return TICK_NS;
  return soonest_ns < SHORT_TICK_NS ? SHORT_TICK_NS : soonest_ns;
}

static void check_limits(void) {
  uint64_t now = monotonic_ns();
  if (now - step.started_ns >= (uint64_t)step.request.wall_ms * 1000000u) {
    step_kill(WALL);
    return;
  }
  if (now < step.next_tick_ns) return;
  see_cpu(0);
  step.next_tick_ns = now + until_next_tick_ns();
  if (step.peak_cpu_us < (uint64_t)step.request.cpu_ms * 1000u && now >= step.next_scan_ns) scan();
  if (!step.all_ended && step.peak_cpu_us >= (uint64_t)step.request.cpu_ms * 1000u) step_kill(CPU);
}

static uint8_t *put(uint8_t *at, uint64_t value, int bytes) {
  for (int i = 0; i < bytes; i++) *at++ = (uint8_t)(value >> (8 * i));
  return at;
}

static void report(void) {
  struct start_failure failure = {0};
  if (read(step.start_status, &failure, sizeof failure) == sizeof failure) step.reason = NOT_STARTED;
  bool exited = WIFEXITED(step.status);
  uint8_t payload[64], *at = payload;
  at = put(at, step.reason, 1);
  at = put(at, cgroup_oom_kills() > step.oom_kills_before, 1);
  at = put(at, failure.stage, 1);
  at = put(at, (uint32_t)failure.error, 4);
  at = put(at, exited ? (uint32_t)WEXITSTATUS(step.status) : (uint32_t)-1, 4);
  at = put(at, exited ? 0 : (uint32_t)WTERMSIG(step.status), 4);
  at = put(at, (step.ended_ns - step.started_ns) / 1000, 8);
  at = put(at, step.peak_cpu_us, 8);
  at = put(at, step.peak_kib, 8);
  at = put(at, step.output_bytes, 8);
  frames_send(ENDED, payload, (uint32_t)(at - payload));
  close_one(&step.start_status);
  close_one(&step.in);
  input_begin(NULL, 0);
  request_free(&step.request);
  step.active = false;
}

/* Whether output is read as soon as it is there: somebody may wait for it to answer, or there is all that will come. */
static bool is_prompt(void) { return step.all_ended || step.request.input_kind != GIVEN; }

static bool is_put_off(const int *stream) { return step.pending == stream && !is_prompt(); }

int step_poll(struct pollfd *fds, int64_t *timeout_ns) {
  *timeout_ns = -1;
  if (!step.active) return 0;
  int count = 0;
  bool room = frames_waiting() < QUEUE_BYTES;
  if (step.in >= 0 && !step.all_ended && input_waiting() > 0) fds[count++] = (struct pollfd){.fd = step.in, .events = POLLOUT};
  if (step.out >= 0 && room && !is_put_off(&step.out)) fds[count++] = (struct pollfd){.fd = step.out, .events = POLLIN};
  if (step.err >= 0 && room && !is_put_off(&step.err)) fds[count++] = (struct pollfd){.fd = step.err, .events = POLLIN};
  if (!step.all_ended) {
    uint64_t deadline = step.started_ns + (uint64_t)step.request.wall_ms * 1000000u, now = monotonic_ns();
    if (step.next_tick_ns < deadline) deadline = step.next_tick_ns;
    if (step.pending && step.output_due_ns < deadline) deadline = step.output_due_ns;
    *timeout_ns = deadline > now ? (int64_t)(deadline - now) : 0;
  } else if (step.out >= 0) {
    *timeout_ns = TERMINAL_DRAIN_NS;
  }
  return count;
}

static void take_all_output(void) {
  bool err_first = step.pending == &step.err;
  if (err_first) take_output(&step.err, STDERR);
  take_output(&step.out, STDOUT);
  if (!err_first) take_output(&step.err, STDERR);
  step.pending = NULL;
}

static bool is_readable(int fd) { return fd >= 0 && poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, 0) > 0; }

/* Takes what there is to read, now or when more has had the time to come. */
static void take_output_in_time(void) {
  uint64_t now = monotonic_ns();
  bool out = is_readable(step.out), err = is_readable(step.err);
  if (is_prompt() || (out && err) || (step.pending && now >= step.output_due_ns)) {
    take_all_output();
  } else if (!step.pending && (out || err)) {
    step.pending = out ? &step.out : &step.err;
    step.output_due_ns = now + OUTPUT_PAUSE_NS;
  }
}

void step_advance(void) {
  if (!step.active) return;
  feed_input();
  take_output_in_time();
  if (!step.all_ended) check_limits();
  if (step.all_ended) {
    take_all_output();
    if (step.out < 0 && step.err < 0) report();
  }
}
