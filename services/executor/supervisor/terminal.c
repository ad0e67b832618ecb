/* A pseudo-terminal (pty(7)) between the program and the supervisor. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "supervisor.h"

bool terminal_open(int *master, int *slave) {
  *master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  if (*master < 0) return false;
  unsigned number;
  char path[32];
  int unlocked = 0;
  *slave = -1;
  if (!ioctl(*master, TIOCSPTLCK, &unlocked) && !ioctl(*master, TIOCGPTN, &number)) {
    snprintf(path, sizeof path, "/dev/pts/%u", number);
    *slave = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
  }
  if (*slave >= 0) {
    /* The program, which is another user, may open its own terminal once more, as those do that open /dev/stdin. */
    fchmod(*slave, 0666);
    return true;
  }
  close(*master);
  return false;
}

bool terminal_resize(int master, uint16_t columns, uint16_t rows) {
  struct winsize size = {.ws_col = columns, .ws_row = rows};
  pid_t told;
  /* Linux tells the group in the foreground. gVisor tells nobody, nor could it be asked whom. */
  return !ioctl(master, TIOCSWINSZ, &size) && !ioctl(master, TIOCGPGRP, &told);
}

bool terminal_take(int slave) { return !ioctl(slave, TIOCSCTTY, 0); }
