// Says whether what runs in the foreground of a terminal seems to wait for somebody to type.
//
// A program waits for certain that is blocked in reading the terminal. One that takes single keys (an editor, an agent with a screen
// of its own) waits for many things at once; it is known by having switched the terminal to single keys, and by being asleep with all
// its threads. Either counts only when nothing was written for a while, which the caller sees to: who works says so now and then.
// Linux tells all this in /proc. macOS does not tell what a process is blocked in: there, a program that reads lines is taken to wait
// when all of the foreground sleeps.
// Not here: what follows from it (terminal-host.ts).

import { spawn } from 'node:child_process';
import { closeSync, constants, openSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { GROUP, SESSION, STATE, statFields } from '../attempt/process-identity.ts';

/** Returns whether it does. `pid` is the program that the terminal was made for, `tty` its end of it. */
export async function awaitsInput(pid: number, tty: string): Promise<boolean> {
  if (process.platform !== 'linux') return (await foregroundSleepsByPs(tty)) === true;
  const members = foregroundOf(pid);
  if (members.length === 0) return false;
  const threads = members.flatMap(threadsOf);
  if (threads.some(({ state }) => state !== 'S')) return false;
  return threads.some((thread) => readsTerminal(thread, tty)) || (await takesSingleKeys(tty));
}

interface Thread {
  readonly pid: number;
  readonly tid: string;
  readonly state: string;
}

/** Of a process that has a terminal, the group that is in its foreground. Behind the name in `/proc/PID/stat`. */
const FOREGROUND = 5;

function foregroundOf(pid: number): readonly number[] {
  const fields = statFields(pid);
  const [group, session] = [fields?.[FOREGROUND], fields?.[SESSION]];
  if (fields === null || group === undefined || Number(group) <= 0) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((each) => {
      const own = statFields(each);
      return own !== null && own[GROUP] === group && own[SESSION] === session && own[STATE] !== 'Z';
    });
}

function threadsOf(pid: number): readonly Thread[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map((tid) => {
      const stat = readFileSync(`/proc/${pid}/task/${tid}/stat`, 'latin1');
      return { pid, tid, state: stat[stat.lastIndexOf(')') + 2] ?? '' };
    });
  } catch {
    // It ended meanwhile, which is a sign of life.
    return [{ pid, tid: String(pid), state: 'X' }];
  }
}

/** `read` and `readv` on the architectures that there are. */
const READS: { readonly [arch: string]: ReadonlySet<string> } = { x64: new Set(['0', '19']), arm64: new Set(['63', '65']) };

function readsTerminal({ pid, tid }: Thread, tty: string): boolean {
  try {
    const [call = '', descriptor = ''] = readFileSync(`/proc/${pid}/task/${tid}/syscall`, 'latin1').split(' ');
    if (READS[process.arch]?.has(call) !== true) return false;
    const path = readlinkSync(`/proc/${pid}/fd/${Number(descriptor)}`);
    return path === tty || path === '/dev/tty';
  } catch {
    // Not every system tells us; then single keys are the only sign.
    return false;
  }
}

/** Whether lines are not collected any more before the program gets them. */
async function takesSingleKeys(tty: string): Promise<boolean> {
  const settings = await run('stty', ['-a'], tty);
  return settings !== null && /(^|\s)-icanon\b/.test(settings);
}

/** macOS: whether all of the foreground of the terminal is asleep; a `+` marks those in it. */
async function foregroundSleepsByPs(tty: string): Promise<boolean | null> {
  const listed = await run('ps', ['-o', 'stat=', '-t', tty.replace(/^\/dev\//, '')], null);
  if (listed === null) return null;
  const foreground = listed.split('\n').filter((stat) => stat.includes('+'));
  return foreground.length > 0 && foreground.every((stat) => /^\s*[SI]/.test(stat));
}

function run(program: string, words: readonly string[], stdin: string | null): Promise<string | null> {
  return new Promise((resolve) => {
    let descriptor: number | null = null;
    try {
      if (stdin !== null) descriptor = openSync(stdin, constants.O_RDWR | constants.O_NOCTTY);
    } catch {
      return resolve(null);
    }
    const env = { ...process.env, LC_ALL: 'C' };
    const child = spawn(program, words, { env, stdio: [descriptor ?? 'ignore', 'pipe', 'ignore'] });
    if (descriptor !== null) closeSync(descriptor);
    let text = '';
    child.stdout!.setEncoding('utf8').on('data', (more: string) => (text += more));
    child.on('error', () => resolve(null));
    child.on('close', (code) => resolve(code === 0 ? text : null));
  });
}
