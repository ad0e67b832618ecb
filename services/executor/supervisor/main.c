/*
 * The first process of a sandbox. Root in its container with three capabilities alone (to switch users, and to kill
 * theirs); it takes frames (protocol.h), runs the candidate's programs as other users, and ends when its stdin does.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "supervisor.h"

/*
 * User ids are counted up from the one given as the only argument, and none is ever used twice. Steps of the SAME user
 * are `kept_user`'s until the next wipe, the newest FRESH step is `fresh_user`'s; 0 where there was none since.
 */
static uid_t next_user, last_user, kept_user, fresh_user;
static bool sealed;
/* As many as the executor may use of its range; a sandbox with too few left for a graded run is not clean any more. */
#define USERS 9999
#define USERS_FOR_A_RUN 300

/*
 * The container starts with CAP_SETPCAP too, for this alone: the bounding set is emptied, for all who are started from
 * here, and then every capability but the three is given up.
 */
static void keep_three_capabilities(void) {
  for (int capability = 0; capability < 64; capability++) {
    if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) && errno != EINVAL) fault("cannot empty the bounding set");
  }
  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  uint32_t kept = 1u << CAP_SETUID | 1u << CAP_SETGID | 1u << CAP_KILL;
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct data[2] = {{.effective = kept, .permitted = kept}};
  if (syscall(SYS_capset, &header, data)) fault("cannot give up capabilities");
}

static int watch_children(void) {
  sigset_t children;
  sigemptyset(&children);
  sigaddset(&children, SIGCHLD);
  sigprocmask(SIG_BLOCK, &children, NULL);
  signal(SIGPIPE, SIG_IGN);
  int fd = signalfd(-1, &children, SFD_NONBLOCK | SFD_CLOEXEC);
  if (fd < 0) fault("cannot watch children");
  return fd;
}

static void do_not_block(int fd) { fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK); }

static uid_t take_user(void) {
  if (next_user == last_user) fault("its user ids are used up");
  return next_user++;
}

/* Removes what the newest FRESH step left; NULL, or what is not clean. */
static const char *wipe_fresh(void) {
  const char *unclean = fresh_user ? wipe_beside(fresh_user, kept_user) : NULL;
  fresh_user = 0;
  return unclean;
}

static uid_t begin_same(void) {
  const char *unclean = wipe_fresh();
  if (unclean) fault(unclean);
  if (!kept_user) kept_user = take_user();
  sealed = false;
  return kept_user;
}

static uid_t begin_fresh(void) {
  const char *unclean = wipe_fresh();
  if (!unclean && kept_user && !sealed) unclean = seal(kept_user);
  if (unclean) fault(unclean);
  sealed = true;
  return fresh_user = take_user();
}

/* NULL, or what is not clean. */
static const char *wipe_all(void) {
  const char *unclean = wipe_fresh();
  if (!unclean && kept_user) unclean = wipe(kept_user);
  if (!unclean && last_user - next_user < USERS_FOR_A_RUN) unclean = "too few user ids are left";
  kept_user = 0;
  return unclean;
}

static void handle_step(struct frame *frame) {
  struct request request;
  if (step_active()) fault("a step while another runs");
  if (!request_parse(&request, frame->payload, frame->length)) fault("a malformed step");
  step_start(&request, request.user == FRESH ? begin_fresh() : begin_same());
}

static void handle_wipe(void) {
  if (step_active()) fault("a wipe while a step runs");
  const char *unclean = wipe_all();
  char payload[128] = {unclean == NULL};
  size_t length = 1;
  if (unclean) {
    strncpy(payload + 1, unclean, sizeof payload - 2);
    length += strlen(payload + 1);
  }
  frames_send(WIPED, payload, (uint32_t)length);
}

static void handle(struct frame *frame) {
  switch (frame->type) {
    case STEP:
      handle_step(frame);
      return; /* the payload now belongs to the step */
    case KILL:
      step_kill(ORDERED);
      break;
    case INPUT:
      step_input(frame->payload, frame->length);
      break;
    case INPUT_END:
      step_input_end();
      break;
    case RESIZE:
      if (frame->length == 4) step_resize(request_u16(frame->payload), request_u16(frame->payload + 2));
      break;
    case SIGNAL:
      if (frame->length == 1) step_signal(frame->payload[0]);
      break;
    case WIPE:
      handle_wipe();
      break;
    default:
      fault("an unknown frame");
  }
  free(frame->payload);
}

static void wait_for_something(int children, bool *input) {
  struct pollfd fds[6] = {
      {.fd = STDIN_FILENO, .events = POLLIN},
      {.fd = children, .events = POLLIN},
      {.fd = frames_waiting() ? STDOUT_FILENO : -1, .events = POLLOUT},
  };
  int64_t timeout_ns;
  int count = 3 + step_poll(fds + 3, &timeout_ns);
  struct timespec timeout = {.tv_sec = timeout_ns / 1000000000, .tv_nsec = timeout_ns % 1000000000};
  int ready = ppoll(fds, (nfds_t)count, timeout_ns < 0 ? NULL : &timeout, NULL);
  *input = ready > 0 && fds[0].revents;
  if (ready > 0 && fds[1].revents) {
    struct signalfd_siginfo ignored;
    while (read(children, &ignored, sizeof ignored) > 0) continue;
  }
}

int main(int argc, char **argv) {
  /* kill(-1) is how a step ends: anywhere but in a container of its own that would be the whole machine. */
  if (getpid() != 1 || argc != 2) return 64;
  next_user = (uid_t)strtoul(argv[1], NULL, 10);
  last_user = next_user + USERS;
  if (next_user < 1000) fault("no user id to start from");
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  keep_three_capabilities();
  filter_calls();
  int children = watch_children();
  do_not_block(STDIN_FILENO);
  do_not_block(STDOUT_FILENO);
  frames_send(READY, &(uint8_t){PROTOCOL_VERSION}, 1);
  for (;;) {
    frames_flush();
    bool input;
    wait_for_something(children, &input);
    step_reap();
    if (input && !frames_receive()) return 0;
    struct frame frame;
    while (frames_next(&frame)) handle(&frame);
    step_advance();
  }
}
