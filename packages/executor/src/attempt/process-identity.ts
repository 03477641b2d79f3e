// Tells a process from another one that got its number later, and this start of the machine from the one before.
// Not here: what processes there are (process-table.ts).

import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';

/** A process for certain: the system gives a number again only to a process with a later start. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since the machine's start (Linux) or seconds since the epoch; comparable within one start of the machine only. */
  readonly startTime: number;
}

/** Returns who has this process id now, or null when nobody has. A dead process that was not collected counts as there. */
export function identityOf(pid: number): ProcessIdentity | null {
  const startTime = process.platform === 'linux' ? startTimeByProc(pid) : startTimeByPs(pid);
  return startTime === null ? null : { pid, startTime };
}

/** Returns whether the process is there and not merely a dead one that nobody has collected. */
export function isAlive({ pid, startTime }: ProcessIdentity): boolean {
  if (process.platform !== 'linux') return startTimeByPs(pid) === startTime;
  const fields = statFields(pid);
  return fields !== null && Number(fields[START_TIME]) === startTime && !DEAD_STATES.has(fields[STATE] ?? '');
}

/**
 * Returns words that are the same for as long as process ids mean the same: this start of the machine and, where there are
 * several, this namespace of process ids.
 */
export function bootId(): string {
  cachedBootId ??= process.platform === 'linux' ? bootIdByProc() : bootIdBySysctl();
  return cachedBootId;
}

let cachedBootId: string | null = null;

/** Places in `/proc/PID/stat` behind the name, which may hold anything: state, parent, group, session, start time. */
export const STATE = 0;
export const PARENT = 1;
export const GROUP = 2;
export const SESSION = 3;
export const START_TIME = 19;

/** Ended, but not collected by their parent. */
export const DEAD_STATES: ReadonlySet<string> = new Set(['Z', 'X']);

/** Returns the fields of `/proc/PID/stat` behind the name, or null when there is no such process. */
export function statFields(pid: number): readonly string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ', START_TIME + 1);
  } catch {
    return null;
  }
}

function startTimeByProc(pid: number): number | null {
  const fields = statFields(pid);
  return fields === null ? null : Number(fields[START_TIME]);
}

function startTimeByPs(pid: number): number | null {
  try {
    const text = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const timeMs = Date.parse(text.trim());
    return Number.isNaN(timeMs) ? null : timeMs / 1000;
  } catch {
    return null;
  }
}

function bootIdByProc(): string {
  return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${/\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? ''}`;
}

function bootIdBySysctl(): string {
  return execFileSync('sysctl', ['-n', 'kern.bootsessionuuid'], { encoding: 'utf8' }).trim();
}
