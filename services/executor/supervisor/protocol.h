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
 *            u16 count, then so many strings: argv (argv[0] is an absolute path)
 *            u16 count, then so many strings: the whole environment, "NAME=value"
 *            u16 count, then so many files: string name | u16 mode | bytes content
 *            bytes stdin
 *          A "string" is u32 length (with the closing NUL) | characters | NUL; "bytes" is u32 length | content.
 *          Files are made in /work, by the run's own user, before the program starts; a name has no "/" in it.
 *   KILL   (empty) ends the running step at once; without one it means nothing.
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

#define PROTOCOL_VERSION 1

#define FRAME_HEADER 5
/* A step carries a source (at most 1 MiB) and stdin (at most 256 KiB), with room for more files. */
#define MAX_FRAME (8u * 1024 * 1024)

enum from_executor { STEP = 0x01, KILL = 0x02, WIPE = 0x03 };
enum from_supervisor { READY = 0x81, STDOUT = 0x82, STDERR = 0x83, ENDED = 0x84, WIPED = 0x85, FAULT = 0x86 };

/* Why a step ended: by itself, or killed for the first limit it broke. */
enum reason { BY_ITSELF = 0, WALL = 1, CPU = 2, MEMORY = 3, OUTPUT = 4, ORDERED = 5, NOT_STARTED = 6 };

/* Where starting the program failed (start_errno says how). */
enum start_stage { STARTED = 0, STAGE_USER = 1, STAGE_LIMITS = 2, STAGE_FILES = 3, STAGE_EXEC = 4, STAGE_FORK = 5 };

#endif
