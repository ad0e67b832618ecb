/*
 * What the executor and the supervisor (a sandbox's first process) say to each other, over the container's stdin and
 * stdout. src/sandbox/protocol.ts mirrors this file: change both, and raise PROTOCOL_VERSION.
 *
 * Every message is one frame, all numbers little-endian:
 *
 *     u32 length of the payload | u8 type | payload
 *
 * Executor to supervisor:
 *
 *   STEP   runs one program and waits for it to end. Only one step at a time.
 *            u32 wall_ms | u32 cpu_ms | u32 memory_kib | u32 output_bytes | u32 processes | u32 file_bytes
 *            u32 open_files | u32 stack_kib
 *            u8 user (enum step_user) | u8 input (enum step_input) | u16 columns | u16 rows (of a terminal)
 *            u16 count, then so many strings: argv (argv[0] is an absolute path)
 *            u16 count, then so many strings: the whole environment, "NAME=value"
 *            u16 count, then so many files: string name | u16 mode | bytes content
 *            bytes stdin
 *          A "string" is u32 length (with the closing NUL) | characters | NUL; "bytes" is u32 length | content.
 *          Files are made in /work, by the step's own user, before the program starts; a name is a relative path of at
 *          most MAX_NAME bytes and MAX_DEPTH parts, none of them empty, "." or "..", and its directories are made with it.
 *          A name that is none of these is a FAULT; a file that cannot be made is a step that is NOT_STARTED.
 *          A step of the SAME user follows the ones before it; what such steps leave behind stays until WIPE. Before any
 *          step starts, everything that a FRESH step before it left is removed; before a FRESH one, what SAME steps left
 *          is sealed: all may read it, and none but its owner may write it. So nothing passes from one FRESH step to the
 *          next, but what counters of the kernel tell (ids of users, processes and inodes, time used by the container).
 *          A sandbox in which that cannot be had reports a FAULT.
 *   KILL   (empty) ends the running step at once; without one it means nothing.
 *   INPUT  bytes (the whole payload) for the stdin of a LIVE or TERMINAL step. What would make more than MAX_WAITING_INPUT wait
 *          to be read is dropped; so is whatever comes when no such step runs.
 *   INPUT_END  (empty) nothing more comes: the end of a LIVE step's stdin; to a TERMINAL, what Ctrl-D is.
 *   RESIZE u16 columns | u16 rows                        of a TERMINAL
 *   SIGNAL u8 number                                     to the program and those it started in its process group
 *   WIPE   (empty) the run is over: kill what is left, empty every writable place, take a fresh user id.
 *
 * Supervisor to executor:
 *
 *   READY  u8 PROTOCOL_VERSION                           once, at the start
 *   STDOUT, STDERR  bytes as the program wrote them      no more than output_bytes of both together
 *   ENDED  u8 reason | u8 out_of_memory | u8 start_stage | i32 start_errno | i32 exit_code (-1: none) | i32 signal (0: none)
 *          u64 wall_us | u64 cpu_us | u64 memory_kib | u64 output_bytes
 *          after all output of the step, when no process of it is left
 *   WIPED  u8 clean | text why not                       a sandbox that is not clean must be thrown away
 *   FAULT  text                                          the supervisor cannot go on, and exits
 */
#ifndef PROTOCOL_H
#define PROTOCOL_H

#define PROTOCOL_VERSION 2

#define FRAME_HEADER 5
/* A step carries sources (1 MiB), or a test case with an output to be checked (6 MiB), with room for more. */
#define MAX_FRAME (16u * 1024 * 1024)

enum from_executor {
  STEP = 0x01,
  KILL = 0x02,
  WIPE = 0x03,
  INPUT = 0x04,
  INPUT_END = 0x05,
  RESIZE = 0x06,
  SIGNAL = 0x07
};
enum from_supervisor { READY = 0x81, STDOUT = 0x82, STDERR = 0x83, ENDED = 0x84, WIPED = 0x85, FAULT = 0x86 };

enum step_user { SAME = 0, FRESH = 1 };
/* GIVEN: the step's own bytes and then the end. LIVE: INPUT frames. TERMINAL: the same, through a pseudo-terminal. */
enum step_input { GIVEN = 0, LIVE = 1, TERMINAL = 2 };
#define MAX_WAITING_INPUT (1024u * 1024)
/* Of a file's name: its bytes, and its parts between slashes. */
#define MAX_NAME 255
#define MAX_DEPTH 8

/* Why a step ended: by itself, or killed for the first limit it broke. */
enum reason { BY_ITSELF = 0, WALL = 1, CPU = 2, MEMORY = 3, OUTPUT = 4, ORDERED = 5, NOT_STARTED = 6 };

/* Where starting the program failed (start_errno says how). */
enum start_stage { STARTED = 0, STAGE_USER = 1, STAGE_LIMITS = 2, STAGE_FILES = 3, STAGE_EXEC = 4, STAGE_FORK = 5 };

#endif
