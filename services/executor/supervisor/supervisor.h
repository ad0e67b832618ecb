/* The parts of the supervisor and what they offer each other. */
#ifndef SUPERVISOR_H
#define SUPERVISOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "protocol.h"

#define WORK_DIRECTORY "/work"

/* ---- frames.c: bytes in, bytes out ---- */

struct frame {
  uint8_t type;
  uint32_t length;
  uint8_t *payload;
};

/* Reads what stdin has; false at its end, which means that the executor is gone. */
bool frames_receive(void);
/* Takes the next whole frame; its payload is the caller's to free. */
bool frames_next(struct frame *frame);
void frames_send(uint8_t type, const void *payload, uint32_t length);
void frames_send_text(uint8_t type, const char *text);
/* Writes as much of what is waiting as stdout takes without blocking. */
void frames_flush(void);
/* Writes all of it, blocking. */
void frames_flush_all(void);
size_t frames_waiting(void);
/* Says why on stderr and as a FAULT, and exits: the executor throws the sandbox away. */
_Noreturn void fault(const char *what);

/* ---- request.c: a STEP's payload ---- */

struct file {
  const char *name;
  uint16_t mode;
  const uint8_t *content;
  uint32_t length;
};

struct request {
  uint8_t *payload; /* owns everything the other members point to, but the three arrays */
  uint32_t wall_ms, cpu_ms, memory_kib, output_bytes, processes, file_bytes, open_files, stack_kib;
  uint8_t user, input_kind;
  uint16_t columns, rows;
  char **argv;
  char **environment;
  struct file *files;
  uint16_t file_count;
  const uint8_t *input;
  uint32_t input_length;
};

/* Takes a little-endian number from a payload. */
uint16_t request_u16(const uint8_t *at);
/* Parses a payload and takes it over; false when it is malformed. */
bool request_parse(struct request *request, uint8_t *payload, uint32_t length);
void request_free(struct request *request);

/* ---- program.c: what happens between fork and exec ---- */

struct start_failure {
  uint8_t stage;
  int32_t error;
};

/* In the forked child: becomes the program under the given user, or writes a start_failure to `status` and exits. */
_Noreturn void program_become(const struct request *request, uid_t user, const int streams[3], int status);
/* Where the container's own cgroup may be written to: limits the processes and threads besides the supervisor. */
void program_limit_processes(uint32_t processes);
/* In a forked child: gives up root for good; false on failure. */
bool program_take_user(uid_t user);

/* ---- filter.c ---- */

/* Refuses, to this process and all it starts, every system call that a sandbox has no need of. */
void filter_calls(void);
/*
 * For programs in gVisor: beginning a session does nothing and says that it did. gVisor without the change in
 * google/gvisor#14534 stops for good, and whoever asks it to end waits for good, when a process begins a session whose
 * children are in its process group. False on failure.
 */
bool filter_sessions(void);

/* ---- measure.c: what a step has used ---- */

struct usage {
  uint64_t cpu_us;
  uint64_t resident_kib;
  /* The most that one process has mapped of files and is counted nowhere but in its ru_maxrss: in gVisor alone. */
  uint64_t files_kib;
};

uint64_t monotonic_ns(void);
/* CPU time of the supervisor itself. */
uint64_t own_cpu_ns(void);
/* Of the whole container since it started, less the supervisor's own; 0 where the cgroup cannot be read. */
uint64_t cgroup_cpu_us(void);
/* How many processes the kernel has killed in this container for want of memory. */
uint64_t cgroup_oom_kills(void);
/* Sums over every process but the supervisor; a process that just ended counts nothing. */
struct usage measure_tree(void);
/* How many processes there are besides the supervisor. */
int count_processes(void);

/* ---- step.c: one program, from start to report ---- */

struct pollfd;
void step_start(struct request *request, uid_t user);
bool step_active(void);
/* Ends the step for this reason, unless it has ended already. */
void step_kill(enum reason reason);
/* Live input, while a step that takes it runs; without one these do nothing. */
void step_input(const uint8_t *bytes, uint32_t length);
void step_input_end(void);
void step_resize(uint16_t columns, uint16_t rows);
void step_signal(int number);
/* Reaps whoever has ended. */
void step_reap(void);
/* Fills in what to wait for (at most 3), and the time until the next deadline in ns (-1: none). */
int step_poll(struct pollfd *fds, int64_t *timeout_ns);
/* Moves bytes and enforces limits; sends ENDED when the step is over. */
void step_advance(void);

/* ---- input.c: what waits to be read by the program ---- */

/* Forgets everything and begins with these bytes. */
void input_begin(const uint8_t *bytes, uint32_t length);
/* Adds what there is room for. */
void input_add(const uint8_t *bytes, uint32_t length);
size_t input_waiting(void);
/* Writes what the descriptor takes without blocking; false when nobody reads it any more. */
bool input_feed(int fd);

/* ---- terminal.c: a pseudo-terminal ---- */

/* Opens both ends, the master not blocking; false where there is none to be had. */
bool terminal_open(int *master, int *slave);
/* False when whoever is in the terminal has yet to be told. */
bool terminal_resize(int master, uint16_t columns, uint16_t rows);
/* In the forked child, a session leader: makes it its controlling terminal. */
bool terminal_take(int slave);

/* ---- wipe.c ---- */

/* What the files in every writable place take, those that have no name any more included. */
uint64_t written_kib(void);
/* Empties every writable place as that user and looks whether it worked; NULL, or what is not clean. */
const char *wipe(uid_t user);
/* The same for what the user left beside what `kept` owns, which stays. */
const char *wipe_beside(uid_t user, uid_t kept);
/* As its owner: lets everybody read, and nobody else write, what `user` left; NULL, or what went wrong. */
const char *seal(uid_t user);

#endif
