/* What the container's processes use: from its cgroup (either generation), and from /proc. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "supervisor.h"

static uint64_t read_clock_ns(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

uint64_t monotonic_ns(void) { return read_clock_ns(CLOCK_MONOTONIC); }

uint64_t own_cpu_ns(void) { return read_clock_ns(CLOCK_PROCESS_CPUTIME_ID); }

static bool read_text(const char *path, char *text, size_t size) {
  int in = open(path, O_RDONLY | O_CLOEXEC);
  if (in < 0) return false;
  ssize_t count = read(in, text, size - 1);
  close(in);
  if (count < 0) return false;
  text[count] = 0;
  return true;
}

/* The number after "key " at the beginning of a line. */
static bool find_number(const char *text, const char *key, uint64_t *value) {
  size_t length = strlen(key);
  for (const char *line = text; line; line = strchr(line, '\n')) {
    if (*line == '\n') line++;
    if (!strncmp(line, key, length) && line[length] == ' ') {
      *value = strtoull(line + length + 1, NULL, 10);
      return true;
    }
  }
  return false;
}

/* A file of the cgroup that is read again and again, in whichever generation it is there. */
struct counter {
  const char *const paths[2];
  int fd;         /* 0: not opened yet; stdin is somebody else's */
  int generation; /* of cgroups: the path's index */
};

/* The index of the path that it was read from; -1 for none. */
static int read_counter(struct counter *counter, char *text, size_t size) {
  for (int i = 0; i < 2 && counter->fd <= 0; i++) {
    counter->fd = open(counter->paths[i], O_RDONLY | O_CLOEXEC);
    counter->generation = i;
  }
  ssize_t count = counter->fd > 0 ? pread(counter->fd, text, size - 1, 0) : -1;
  if (count < 0) return -1;
  text[count] = 0;
  return counter->generation;
}

uint64_t cgroup_cpu_us(void) {
  static struct counter used = {.paths = {"/sys/fs/cgroup/cpuacct/cpuacct.usage", "/sys/fs/cgroup/cpu.stat"}};
  char text[1024];
  uint64_t total = 0;
  int generation = read_counter(&used, text, sizeof text);
  if (generation == 0) total = strtoull(text, NULL, 10) / 1000;
  else if (generation < 0 || !find_number(text, "usage_usec", &total)) return 0;
  uint64_t own = own_cpu_ns() / 1000;
  return total > own ? total - own : 0;
}

uint64_t cgroup_oom_kills(void) {
  static struct counter events = {.paths = {"/sys/fs/cgroup/memory/memory.oom_control", "/sys/fs/cgroup/memory.events"}};
  char text[1024];
  uint64_t kills = 0;
  if (read_counter(&events, text, sizeof text) >= 0) find_number(text, "oom_kill", &kills);
  return kills;
}

/*
 * What the programs share in memory and keep in no file: mappings, memfds. 0 where the cgroup does not tell, as gVisor's.
 * Read before what the files take, which may grow meanwhile and is not to be counted.
 */
static uint64_t shared_memory_kib(void) {
  static struct counter statistics = {.paths = {"/sys/fs/cgroup/memory/memory.stat", "/sys/fs/cgroup/memory.stat"}};
  char text[4096];
  uint64_t all = 0;
  if (read_counter(&statistics, text, sizeof text) < 0 || !find_number(text, "shmem", &all)) return 0;
  uint64_t files_kib = written_kib();
  return all / 1024 > files_kib ? all / 1024 - files_kib : 0;
}

/* utime, stime, cutime and cstime are fields 14 to 17 of /proc/PID/stat; the name before them may hold anything. */
static uint64_t process_cpu_us(const char *pid) {
  char path[64], text[1024];
  snprintf(path, sizeof path, "/proc/%.20s/stat", pid);
  if (!read_text(path, text, sizeof text)) return 0;
  const char *after_name = strrchr(text, ')');
  unsigned long long user, system, children_user, children_system;
  if (!after_name || sscanf(after_name + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu %llu %llu", &user,
                            &system, &children_user, &children_system) != 4) {
    return 0;
  }
  return (user + system + children_user + children_system) * (1000000u / (unsigned long long)sysconf(_SC_CLK_TCK));
}

/* Of a process, in KiB: its own, what it may share with others, and what it has mapped of the image's files. */
struct memory {
  uint64_t own, shared, files;
};

/*
 * gVisor's statm does not tell pages of files apart, and it counts a file as resident as soon as it is mapped: hundreds of
 * megabytes for an empty program of a virtual machine. What is private and was written to is in smaps.
 */
static bool sum_mappings(const char *pid, struct memory *memory) {
  char path[64], line[512], name[16] = "", access[5] = "";
  snprintf(path, sizeof path, "/proc/%.20s/smaps", pid);
  FILE *in = fopen(path, "re");
  /* Of a process that has just ended nothing is left to count; Linux shows root without capabilities nobody's. */
  if (!in) return errno != EACCES && errno != EPERM;
  uint64_t resident = 0;
  while (fgets(line, sizeof line, in)) {
    const char *number = line + strcspn(line, "0123456789");
    if (!strncmp(line, "Rss:", 4)) {
      resident = strtoull(number, NULL, 10);
      bool in_image = !strncmp(name, "/usr/", 5);
      if (access[3] == 's') *(in_image ? &memory->files : &memory->shared) += resident;
    } else if (!strncmp(line, "Anonymous:", 10) && access[3] == 'p') {
      uint64_t own = strtoull(number, NULL, 10);
      memory->own += own;
      memory->files += resident > own ? resident - own : 0;
    } else if (strchr("0123456789abcdef", *line)) {
      name[0] = 0;
      sscanf(line, "%*s %4s %*s %*s %*s %15s", access, name);
    }
  }
  fclose(in);
  return true;
}

static struct memory process_memory(const char *pid) {
  char path[64], text[256];
  struct memory memory = {0};
  snprintf(path, sizeof path, "/proc/%.20s/statm", pid);
  unsigned long long resident = 0, common = 0;
  if (!read_text(path, text, sizeof text) || sscanf(text, "%*u %llu %llu", &resident, &common) != 2) return memory;
  if (resident > 0 && common == 0 && sum_mappings(pid, &memory)) return memory;
  uint64_t page_kib = (uint64_t)sysconf(_SC_PAGESIZE) / 1024;
  memory.own = (resident > common ? resident - common : 0) * page_kib;
  memory.shared = common * page_kib;
  return memory;
}

/* The next process but this one; NULL at the end. */
static const char *next_process(DIR *processes) {
  for (struct dirent *entry; (entry = readdir(processes));) {
    if (isdigit((unsigned char)entry->d_name[0]) && strcmp(entry->d_name, "1")) return entry->d_name;
  }
  return NULL;
}

struct usage measure_tree(void) {
  struct usage usage = {0};
  uint64_t shared_most = 0;
  DIR *processes = opendir("/proc");
  if (!processes) return usage;
  for (const char *pid; (pid = next_process(processes));) {
    struct memory memory = process_memory(pid);
    usage.resident_kib += memory.own;
    if (memory.shared > shared_most) shared_most = memory.shared;
    if (memory.files > usage.files_kib) usage.files_kib = memory.files;
    usage.cpu_us += process_cpu_us(pid);
  }
  closedir(processes);
  /*
   * Pages of files and shared memory are mostly the same ones in every process of a program: they count once. Of shared
   * memory each may have touched another part, or nobody may have it mapped any more: the cgroup knows all of it.
   */
  uint64_t shared_all = shared_memory_kib();
  usage.resident_kib += shared_all > shared_most ? shared_all : shared_most;
  return usage;
}

int count_processes(void) {
  int count = 0;
  DIR *processes = opendir("/proc");
  if (!processes) return -1;
  while (next_process(processes)) count++;
  closedir(processes);
  return count;
}
