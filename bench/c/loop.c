// The limit that a durable engine is measured against: starts a program N times, P at once, and after each end commits one
// SQLite transaction (WAL, synchronous=FULL) that records the end and the start of the next. With "none" nothing is kept.
//   loop N P none|DATABASE PROGRAM
// Build: cc -O2 loop.c -lsqlite3
#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

extern char **environ;
static sqlite3 *db;
static sqlite3_stmt *begin, *insert, *commit;

static void must(int ok, const char *what) {
  if (ok) return;
  fprintf(stderr, "loop: %s: %s\n", what, db ? sqlite3_errmsg(db) : "");
  exit(1);
}

static void record(long step, const char *what) {
  char body[160];
  snprintf(body, sizeof body, "{\"type\":\"step.%s\",\"step\":\"s%ld\",\"attempt\":1,\"attemptNo\":%ld,\"exitCode\":0,\"durationMs\":1,\"outputs\":{}}", what, step, step);
  sqlite3_bind_int64(insert, 1, step);
  sqlite3_bind_text(insert, 2, body, -1, SQLITE_TRANSIENT);
  must(sqlite3_step(insert) == SQLITE_DONE, "insert");
  sqlite3_reset(insert);
}

static void run(sqlite3_stmt *statement) {
  must(sqlite3_step(statement) == SQLITE_DONE, "transaction");
  sqlite3_reset(statement);
}

static void start(char *program, posix_spawn_file_actions_t *actions) {
  pid_t pid;
  char *arguments[] = {program, NULL};
  must(posix_spawn(&pid, program, actions, NULL, arguments, environ) == 0, "posix_spawn");
}

int main(int argc, char **argv) {
  if (argc != 5) return 2;
  long count = atol(argv[1]), parallel = atol(argv[2]), started = 0, ended = 0;
  if (strcmp(argv[3], "none") != 0) {
    must(sqlite3_open(argv[3], &db) == SQLITE_OK, "open");
    must(sqlite3_exec(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE IF NOT EXISTS events (seq INTEGER PRIMARY KEY, step INTEGER, body TEXT)", 0, 0, 0) == SQLITE_OK, "schema");
    must(sqlite3_prepare_v2(db, "BEGIN IMMEDIATE", -1, &begin, 0) == SQLITE_OK, "prepare");
    must(sqlite3_prepare_v2(db, "INSERT INTO events (step, body) VALUES (?, ?)", -1, &insert, 0) == SQLITE_OK, "prepare");
    must(sqlite3_prepare_v2(db, "COMMIT", -1, &commit, 0) == SQLITE_OK, "prepare");
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);

  if (db) run(begin);
  long first = parallel < count ? parallel : count;
  for (long step = 1; db && step <= first; step++) record(step, "attempt-started");
  if (db) run(commit);
  for (; started < first; started++) start(argv[4], &actions);
  while (ended < count) {
    int status;
    must(wait(&status) > 0, "wait");
    ended++;
    if (db) {
      run(begin);
      record(ended, "succeeded");
      if (started < count) record(started + 1, "attempt-started");
      run(commit);
    }
    if (started < count) {
      start(argv[4], &actions);
      started++;
    }
  }
  if (db) sqlite3_close(db);
  return 0;
}
