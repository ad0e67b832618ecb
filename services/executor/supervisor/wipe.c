/* Empties every writable place of the container, as the user whose files are there: root here may not. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "supervisor.h"

/* Each a small tmpfs of its own; the rest of the container is read-only. */
static const char *const writable[] = {WORK_DIRECTORY, "/tmp", "/dev/shm"};
#define PLACES (sizeof writable / sizeof *writable)

static bool is_dots(const char *name) { return !strcmp(name, ".") || !strcmp(name, ".."); }

static DIR *open_directory(int parent, const char *name) {
  int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  return fd < 0 ? NULL : fdopendir(fd);
}

static bool is_directory(int parent, const char *name) {
  struct stat about;
  return !fstatat(parent, name, &about, AT_SYMLINK_NOFOLLOW) && S_ISDIR(about.st_mode);
}

/*
 * Removes a directory of the top by lifting the directories in it to the top: however deep a tree is, this needs
 * neither a stack nor long paths.
 */
static void remove_directory(int top, const char *name) {
  static unsigned lifted;
  fchmodat(top, name, 0700, 0);
  DIR *directory = open_directory(top, name);
  if (directory) {
    int fd = dirfd(directory);
    for (struct dirent *entry; (entry = readdir(directory));) {
      if (is_dots(entry->d_name)) continue;
      if (!is_directory(fd, entry->d_name)) {
        unlinkat(fd, entry->d_name, 0);
        continue;
      }
      char target[32];
      do snprintf(target, sizeof target, ".lifted-%u", lifted++);
      while (fchmodat(fd, entry->d_name, 0700, 0) == 0 && renameat(fd, entry->d_name, top, target) && errno == ENOTEMPTY);
    }
    closedir(directory);
  }
  unlinkat(top, name, AT_REMOVEDIR);
}

/* One pass over a place; how many entries it found. */
static int sweep(const char *place) {
  DIR *directory = opendir(place);
  if (!directory) return 0;
  int found = 0, top = dirfd(directory);
  for (struct dirent *entry; (entry = readdir(directory));) {
    if (is_dots(entry->d_name)) continue;
    found++;
    if (is_directory(top, entry->d_name)) remove_directory(top, entry->d_name);
    else unlinkat(top, entry->d_name, 0);
  }
  closedir(directory);
  return found;
}

static _Noreturn void wipe_as(uid_t user) {
  if (!program_take_user(user)) _exit(1);
  for (size_t i = 0; i < PLACES; i++) {
    /* Every pass removes at least one level; a tmpfs holds only so many inodes, so this ends. */
    for (int pass = 0; pass < 100000 && sweep(writable[i]) > 0; pass++) continue;
  }
  _exit(0);
}

static bool is_empty(const char *place) {
  DIR *directory = opendir(place);
  if (!directory) return false;
  bool empty = true;
  for (struct dirent *entry; (entry = readdir(directory));) empty = empty && is_dots(entry->d_name);
  closedir(directory);
  return empty;
}

const char *wipe(uid_t user) {
  pid_t child = fork();
  if (child == 0) wipe_as(user);
  if (child < 0) return "cannot fork to wipe";
  int status;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  if (!WIFEXITED(status) || WEXITSTATUS(status)) return "wiping failed";
  for (size_t i = 0; i < PLACES; i++) {
    if (!is_empty(writable[i])) return "a writable place is not empty";
  }
  return count_processes() == 0 ? NULL : "a process is left";
}
