/* Parses a STEP. Every length is checked against what is left, every string against its closing NUL. */
#include <stdlib.h>
#include <string.h>

#include "supervisor.h"

struct cursor {
  const uint8_t *at;
  size_t left;
  bool bad;
};

static uint32_t take_number(struct cursor *cursor, size_t bytes) {
  if (cursor->bad || cursor->left < bytes) {
    cursor->bad = true;
    return 0;
  }
  uint32_t value = 0;
  for (size_t i = 0; i < bytes; i++) value |= (uint32_t)cursor->at[i] << (8 * i);
  cursor->at += bytes;
  cursor->left -= bytes;
  return value;
}

static const uint8_t *take_bytes(struct cursor *cursor, uint32_t *length) {
  *length = take_number(cursor, 4);
  if (cursor->bad || cursor->left < *length) {
    cursor->bad = true;
    *length = 0;
    return NULL;
  }
  const uint8_t *start = cursor->at;
  cursor->at += *length;
  cursor->left -= *length;
  return start;
}

static const char *take_string(struct cursor *cursor) {
  uint32_t length;
  const char *start = (const char *)take_bytes(cursor, &length);
  if (cursor->bad || length == 0 || strnlen(start, length) != length - 1) {
    cursor->bad = true;
    return NULL;
  }
  return start;
}

static char **take_strings(struct cursor *cursor) {
  uint32_t count = take_number(cursor, 2);
  char **strings = calloc(count + 1, sizeof *strings);
  if (!strings) fault("no memory for a request");
  for (uint32_t i = 0; i < count && !cursor->bad; i++) strings[i] = (char *)take_string(cursor);
  return strings;
}

/* At most MAX_DEPTH parts between slashes, none of them empty, "." or "..". */
static bool is_relative_path(const char *path) {
  if (strlen(path) > MAX_NAME) return false;
  int depth = 0;
  for (const char *part = path;; part++) {
    size_t length = strcspn(part, "/");
    if (++depth > MAX_DEPTH || length == 0 || (length == 1 && part[0] == '.') || (length == 2 && part[0] == '.' && part[1] == '.')) return false;
    part += length;
    if (!*part) return true;
  }
}

uint16_t request_u16(const uint8_t *at) { return (uint16_t)(at[0] | at[1] << 8); }

static void take_files(struct cursor *cursor, struct request *request) {
  request->file_count = (uint16_t)take_number(cursor, 2);
  request->files = calloc((size_t)request->file_count + 1, sizeof *request->files);
  if (!request->files) fault("no memory for a request");
  for (int i = 0; i < request->file_count && !cursor->bad; i++) {
    struct file *file = &request->files[i];
    file->name = take_string(cursor);
    file->mode = (uint16_t)take_number(cursor, 2);
    file->content = take_bytes(cursor, &file->length);
    if (!file->name || !is_relative_path(file->name)) cursor->bad = true;
  }
}

bool request_parse(struct request *request, uint8_t *payload, uint32_t length) {
  struct cursor cursor = {.at = payload, .left = length};
  *request = (struct request){.payload = payload};
  request->wall_ms = take_number(&cursor, 4);
  request->cpu_ms = take_number(&cursor, 4);
  request->memory_kib = take_number(&cursor, 4);
  request->output_bytes = take_number(&cursor, 4);
  request->processes = take_number(&cursor, 4);
  request->file_bytes = take_number(&cursor, 4);
  request->open_files = take_number(&cursor, 4);
  request->stack_kib = take_number(&cursor, 4);
  request->user = (uint8_t)take_number(&cursor, 1);
  request->input_kind = (uint8_t)take_number(&cursor, 1);
  request->columns = (uint16_t)take_number(&cursor, 2);
  request->rows = (uint16_t)take_number(&cursor, 2);
  request->argv = take_strings(&cursor);
  request->environment = take_strings(&cursor);
  take_files(&cursor, request);
  request->input = take_bytes(&cursor, &request->input_length);
  return !cursor.bad && cursor.left == 0 && request->argv[0] && request->wall_ms && request->cpu_ms &&
         request->memory_kib && request->processes && request->user <= FRESH && request->input_kind <= TERMINAL;
}

void request_free(struct request *request) {
  free(request->argv);
  free(request->environment);
  free(request->files);
  free(request->payload);
  *request = (struct request){0};
}
