// Finds the process that holds the write lock of a SQLite database in WAL mode, to name it to people.
// Not here: locks of our own, which tell their holder themselves (lock.ts).

import { readFileSync, statSync } from 'node:fs';

/** A process that writes to a database at this moment. */
export interface Writer {
  readonly pid: number;
  /** Names it: `process 4711 (node workflow.cjs run), which is stopped`. */
  readonly words: string;
}

// Where SQLite has its locks in the `-shm` file of a database in WAL mode (sqlite.org/walformat.html).
const WRITE_LOCK_BYTE = 120;
const COMMAND_LENGTH_MAX = 120;

/** Returns it, or null where nobody writes or where the system does not tell (it does on Linux). */
export function findWriter(file: string): Writer | null {
  const inode = statSync(`${file}-shm`, { throwIfNoEntry: false })?.ino;
  if (inode === undefined) return null;
  // `3: POSIX  ADVISORY  WRITE 4711 fd:01:131090 120 120`
  for (const line of linesOf('/proc/locks')) {
    const match = /^\d+: POSIX +\S+ +WRITE +(\d+) +\S+:(\d+) (\d+) (\d+|EOF)$/.exec(line);
    if (match === null || Number(match[2]) !== inode) continue;
    const isThere = Number(match[3]) <= WRITE_LOCK_BYTE && (match[4] === 'EOF' || Number(match[4]) >= WRITE_LOCK_BYTE);
    const pid = Number(match[1]);
    if (isThere && pid > 0) return { pid, words: wordsFor(pid) };
  }
  return null;
}

function wordsFor(pid: number): string {
  const command = (linesOf(`/proc/${pid}/cmdline`)[0] ?? '').replaceAll('\0', ' ').trim();
  const shown = command.length > COMMAND_LENGTH_MAX ? `${command.slice(0, COMMAND_LENGTH_MAX)}…` : command;
  const isStopped = linesOf(`/proc/${pid}/status`).some((line) => /^State:\s+[Tt]/.test(line));
  return `process ${pid}${shown === '' ? '' : ` (${shown})`}${isStopped ? ', which is stopped' : ''}`;
}

function linesOf(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8').split('\n');
  } catch {
    return [];
  }
}
