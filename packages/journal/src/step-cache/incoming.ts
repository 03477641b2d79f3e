// What is being made: a folder of its own for each piece of work, with the id of the process in its name. What processes that are
// gone had left is removed, and so are files that they were about to put into a workspace on another disk.

import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';

import { codeOf } from '../sqlite-error.ts';

/** A folder for one piece of work. */
export interface Incoming {
  readonly folder: string;
  /** In the names of files that lie elsewhere for a moment. */
  readonly nonce: string;
  /** Notes a file that is about to be made elsewhere, so that it goes even if this process is killed. Its name holds the nonce. */
  noteElsewhere(path: string): void;
  /** Removes the folder with all in it. */
  close(): void;
}

const ELSEWHERE = 'elsewhere';

/** Makes a folder. */
export function openIncoming(folder: string): Incoming {
  const nonce = process.getBuiltinModule('node:crypto').randomBytes(8).toString('hex');
  const own = join(folder, `${process.pid}-${nonce}`);
  mkdirSync(own, { recursive: true, mode: 0o700 });
  return {
    folder: own,
    nonce,
    noteElsewhere: (path) => appendFileSync(join(own, ELSEWHERE), `${JSON.stringify(path)}\n`, { mode: 0o600 }),
    close: () => rmSync(own, { recursive: true, force: true }),
  };
}

/** Removes what processes that are gone had left. */
export function sweepIncoming(folder: string): void {
  for (const name of namesIn(folder)) {
    if (isAlive(Number.parseInt(name, 10))) continue;
    const left = join(folder, name);
    for (const path of notedIn(left)) {
      // The list is ours; still, nothing goes but what is called as we call what we make.
      if (basename(path).includes(name.slice(name.indexOf('-') + 1))) rmSync(path, { force: true });
    }
    rmSync(left, { recursive: true, force: true });
  }
}

function notedIn(left: string): readonly string[] {
  try {
    const lines = readFileSync(join(left, ELSEWHERE), 'utf8').split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line) as string);
  } catch {
    return [];
  }
}

/** Names in a folder; none where there is no folder. */
export function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT' || codeOf(cause) === 'ENOTDIR') return [];
    throw cause;
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return codeOf(cause) === 'EPERM';
  }
}
