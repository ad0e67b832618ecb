/* Empties every writable place of the container, as the user whose files are there: root here may not. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "supervisor.h"

/* Each a small tmpfs of its own; the rest of the container is read-only. */
static const char *const writable[] = {WORK_DIRECTORY, "/tmp", "/dev/shm"};
#define PLACES (sizeof writable / sizeof *writable)
/* As deep as a path of the longest length (PATH_MAX) can lead; each level holds a directory open while it is sealed. */
#define SEAL_DEPTH 2048

/*
 * How many entries each place has of what is kept and sealed. A name tells as much as a file: where the kernel lets a user link to
 * another's files (fs.protected_hardlinks), names of the kept user's files could be left behind, so they are counted.
 */
static int kept_entries[PLACES];

uint64_t written_kib(void) {
  uint64_t bytes = 0;
  for (size_t i = 0; i < PLACES; i++) {
    struct statfs about;
    if (!statfs(writable[i], &about)) bytes += (about.f_blocks - about.f_bfree) * (uint64_t)about.f_bsize;
  }
  return bytes / 1024;
}

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

static bool is_of(int parent, const char *name, uid_t user) {
  struct stat about;
  return !fstatat(parent, name, &about, AT_SYMLINK_NOFOLLOW) && about.st_uid == user;
}

/* One pass over a place; how many entries of the user it found, all of which it tried to remove. */
static int sweep(const char *place, uid_t user) {
  DIR *directory = opendir(place);
  if (!directory) return 0;
  int found = 0, top = dirfd(directory);
  for (struct dirent *entry; (entry = readdir(directory));) {
    if (is_dots(entry->d_name) || !is_of(top, entry->d_name, user)) continue;
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
    for (int pass = 0; pass < 100000 && sweep(writable[i], user) > 0; pass++) continue;
  }
  _exit(0);
}

/* Lets everybody read a tree and nobody else write it. Its owner runs no more: nothing changes underneath. */
static void seal_tree(int parent, const char *name, int depth) {
  struct stat about;
  if (depth > SEAL_DEPTH) _exit(2);
  if (fstatat(parent, name, &about, AT_SYMLINK_NOFOLLOW) || about.st_uid != getuid()) return;
  if (S_ISLNK(about.st_mode)) return;
  mode_t run = S_ISDIR(about.st_mode) || (about.st_mode & 0111) ? 0111 : 0;
  if (fchmodat(parent, name, (about.st_mode & 0700) | 0444 | run, 0)) _exit(3);
  if (!S_ISDIR(about.st_mode)) return;
  DIR *directory = open_directory(parent, name);
  if (!directory) _exit(4);
  for (struct dirent *entry; (entry = readdir(directory));) {
    if (!is_dots(entry->d_name)) seal_tree(dirfd(directory), entry->d_name, depth + 1);
  }
  closedir(directory);
}

static _Noreturn void seal_as(uid_t user) {
  struct rlimit files;
  if (!getrlimit(RLIMIT_NOFILE, &files)) setrlimit(RLIMIT_NOFILE, &(struct rlimit){files.rlim_max, files.rlim_max});
  if (!program_take_user(user)) _exit(1);
  for (size_t i = 0; i < PLACES; i++) {
    DIR *directory = opendir(writable[i]);
    if (!directory) _exit(5);
    for (struct dirent *entry; (entry = readdir(directory));) {
      if (!is_dots(entry->d_name)) seal_tree(dirfd(directory), entry->d_name, 1);
    }
    closedir(directory);
  }
  _exit(0);
}

/* How many entries a place has, all of which `kept` owns; -1 where that is not so. */
static int count_kept(const char *place, uid_t kept) {
  DIR *directory = opendir(place);
  if (!directory) return -1;
  int count = 0;
  for (struct dirent *entry; count >= 0 && (entry = readdir(directory));) {
    if (is_dots(entry->d_name)) continue;
    count = is_of(dirfd(directory), entry->d_name, kept) ? count + 1 : -1;
  }
  closedir(directory);
  return count;
}

/* Waits for a child that does something as another user. */
static bool succeeded(pid_t child) {
  int status;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

const char *seal(uid_t user) {
  pid_t child = fork();
  if (child == 0) seal_as(user);
  if (child < 0 || !succeeded(child)) return "sealing failed";
  for (size_t i = 0; i < PLACES; i++) {
    kept_entries[i] = count_kept(writable[i], user);
    if (kept_entries[i] < 0) return "a writable place is not empty";
  }
  return NULL;
}

/* Whether the writable places have what is kept, and nothing else. */
static bool is_wiped(uid_t kept) {
  for (size_t i = 0; i < PLACES; i++) {
    if (count_kept(writable[i], kept) != kept_entries[i]) return false;
  }
  return true;
}

const char *wipe_beside(uid_t user, uid_t kept) {
  /* A program that left nothing needs nobody to clean up after it. */
  if (!is_wiped(kept)) {
    pid_t child = fork();
    if (child == 0) wipe_as(user);
    if (child < 0) return "cannot fork to wipe";
    if (!succeeded(child)) return "wiping failed";
    if (!is_wiped(kept)) return "a writable place is not empty";
  }
  return count_processes() == 0 ? NULL : "a process is left";
}

/* Nobody is called this (POSIX keeps (uid_t)-1 for that): nothing may be left at all. */
const char *wipe(uid_t user) {
  memset(kept_entries, 0, sizeof kept_entries);
  return wipe_beside(user, (uid_t)-1);
}
