// Runs a command and prints, as one JSON line on descriptor 3: wall milliseconds, CPU milliseconds of it and of all that it
// waited for, the largest resident size of any of those processes in KiB, and the exit code.
//   measure COMMAND ARGUMENT…
// Build: cc -O2 measure.c
#define _GNU_SOURCE
#include <spawn.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

int main(int argc, char **argv) {
  if (argc < 2) return 2;
  struct timespec begin, end;
  struct rusage usage;
  pid_t pid;
  int status;
  clock_gettime(CLOCK_MONOTONIC, &begin);
  if (posix_spawnp(&pid, argv[1], NULL, NULL, argv + 1, environ) != 0) {
    perror(argv[1]);
    return 127;
  }
  if (waitpid(pid, &status, 0) < 0) return 1;
  clock_gettime(CLOCK_MONOTONIC, &end);
  getrusage(RUSAGE_CHILDREN, &usage);
  double wall = (end.tv_sec - begin.tv_sec) * 1e3 + (end.tv_nsec - begin.tv_nsec) / 1e6;
  double cpu = (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e3 + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e3;
  long kib = usage.ru_maxrss;
#ifdef __APPLE__
  kib /= 1024;
#endif
  dprintf(3, "{\"wallMs\":%.3f,\"cpuMs\":%.3f,\"rssKib\":%ld,\"code\":%d}\n", wall, cpu, kib, WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
  return 0;
}
