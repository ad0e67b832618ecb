/* What waits to be read by the program: its whole stdin, or what has been typed. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "supervisor.h"

static uint8_t *waiting;
static size_t start, end, size;

void input_begin(const uint8_t *bytes, uint32_t length) {
  free(waiting);
  waiting = NULL;
  start = end = size = 0;
  if (length == 0) return;
  waiting = malloc(length);
  if (!waiting) fault("no memory for input");
  memcpy(waiting, bytes, length);
  end = size = length;
}

void input_add(const uint8_t *bytes, uint32_t length) {
  if (input_waiting() + length > MAX_WAITING_INPUT) length = (uint32_t)(MAX_WAITING_INPUT - input_waiting());
  if (length == 0) return;
  if (end + length > size) {
    size_t kept = input_waiting();
    uint8_t *moved = malloc(kept + length);
    if (!moved) fault("no memory for input");
    if (kept) memcpy(moved, waiting + start, kept);
    free(waiting);
    waiting = moved;
    start = 0;
    end = kept;
    size = kept + length;
  }
  memcpy(waiting + end, bytes, length);
  end += length;
}

size_t input_waiting(void) { return end - start; }

bool input_feed(int fd) {
  while (input_waiting() > 0) {
    ssize_t count = write(fd, waiting + start, input_waiting());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno == EAGAIN;
    start += (size_t)count;
  }
  return true;
}
