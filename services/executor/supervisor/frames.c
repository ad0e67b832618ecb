/* Frames over stdin and stdout: an input buffer that grows to one frame, an output queue that never blocks the loop. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "supervisor.h"

static uint8_t *input;
static size_t input_length, input_size;

static uint8_t *output;
static size_t output_start, output_end, output_size;

static uint32_t read_u32(const uint8_t *at) {
  return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static void grow(uint8_t **buffer, size_t *size, size_t needed) {
  if (needed <= *size) return;
  size_t wanted = *size ? *size : 65536;
  while (wanted < needed) wanted *= 2;
  uint8_t *grown = realloc(*buffer, wanted);
  if (!grown) _exit(70);
  *buffer = grown;
  *size = wanted;
}

bool frames_receive(void) {
  grow(&input, &input_size, input_length + 65536);
  ssize_t count = read(STDIN_FILENO, input + input_length, input_size - input_length);
  if (count == 0) return false;
  if (count < 0) return errno == EAGAIN || errno == EINTR;
  input_length += (size_t)count;
  return true;
}

bool frames_next(struct frame *frame) {
  if (input_length < FRAME_HEADER) return false;
  uint32_t length = read_u32(input);
  if (length > MAX_FRAME) fault("a frame is longer than allowed");
  size_t whole = FRAME_HEADER + (size_t)length;
  if (input_length < whole) return false;
  frame->type = input[4];
  frame->length = length;
  frame->payload = malloc(length ? length : 1);
  if (!frame->payload) fault("no memory for a frame");
  memcpy(frame->payload, input + FRAME_HEADER, length);
  memmove(input, input + whole, input_length - whole);
  input_length -= whole;
  /* A long frame's room is given back: the sandbox idles on little memory. */
  if (input_length == 0 && input_size > 131072) {
    free(input);
    input = NULL;
    input_size = 0;
  }
  return true;
}

void frames_send(uint8_t type, const void *payload, uint32_t length) {
  if (output_start == output_end) output_start = output_end = 0;
  grow(&output, &output_size, output_end + FRAME_HEADER + length);
  uint8_t *at = output + output_end;
  for (int i = 0; i < 4; i++) at[i] = (uint8_t)(length >> (8 * i));
  at[4] = type;
  if (length) memcpy(at + FRAME_HEADER, payload, length);
  output_end += FRAME_HEADER + (size_t)length;
}

void frames_send_text(uint8_t type, const char *text) { frames_send(type, text, (uint32_t)strlen(text)); }

void frames_flush(void) {
  while (output_start < output_end) {
    ssize_t count = write(STDOUT_FILENO, output + output_start, output_end - output_start);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      if (errno == EAGAIN) break;
      _exit(71);
    }
    output_start += (size_t)count;
  }
  /* What was written already makes room, so that the queue stays as short as its content. */
  if (output_start > 65536) {
    memmove(output, output + output_start, output_end - output_start);
    output_end -= output_start;
    output_start = 0;
  }
}

void frames_flush_all(void) {
  while (frames_waiting()) {
    struct pollfd out = {.fd = STDOUT_FILENO, .events = POLLOUT};
    poll(&out, 1, 1000);
    if (out.revents & (POLLERR | POLLNVAL)) return;
    frames_flush();
  }
}

size_t frames_waiting(void) { return output_end - output_start; }

_Noreturn void fault(const char *what) {
  dprintf(STDERR_FILENO, "supervisor: %s (%s)\n", what, strerror(errno));
  frames_send_text(FAULT, what);
  frames_flush_all();
  _exit(72);
}
