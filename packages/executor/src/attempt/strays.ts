// Finds and ends processes of steps that left their process group (`setsid`, daemons): they are known by the environment that a
// step starts with. A process that is meant to stay starts without it: `env -u WORKFLOW_RUN_ID COMMAND`.
// Only where the system shows environments (Linux). Not here: processes that stayed in their group (stop-group.ts).

import { readdirSync, readFileSync } from 'node:fs';
import { monotonicMs } from './monotonic.ts';
import type { GroupMember } from './process-group.ts';

/** Ends all processes that have these variables, and returns what there was. Resolves when nothing is left. */
export async function endStrays(env: { readonly [name: string]: string }, graceMs: number): Promise<readonly GroupMember[]> {
  const found = findStrays(env);
  const killAtMs = monotonicMs() + graceMs;
  for (const { pid } of found) {
    signal(pid, 'SIGTERM');
    // A stopped process gets the TERM only once it goes on.
    signal(pid, 'SIGCONT');
  }
  for (let left = found, delayMs = 1; left.length > 0; delayMs = Math.min(delayMs * 2, 50)) {
    if (monotonicMs() >= killAtMs) for (const { pid } of left) signal(pid, 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    left = findStrays(env);
  }
  return found;
}

function findStrays(env: { readonly [name: string]: string }): readonly GroupMember[] {
  if (process.platform !== 'linux') return [];
  const entries = Object.entries(env).map(([name, value]) => `\0${name}=${value}\0`);
  const found: GroupMember[] = [];
  for (const name of readdirSync('/proc')) {
    const first = name.charCodeAt(0);
    if (first < 48 || first > 57) continue;
    const environ = `\0${read(`/proc/${name}/environ`)}\0`;
    if (!entries.every((entry) => environ.includes(entry))) continue;
    // `pid (name) state ppid pgrp …`
    const stat = read(`/proc/${name}/stat`);
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ', 3);
    if (stat === '' || fields[0] === 'Z' || fields[0] === 'X') continue;
    const command = read(`/proc/${name}/cmdline`).split('\0').join(' ').trim();
    found.push({ pid: Number(name), groupId: Number(fields[2]), command, step: env['WORKFLOW_STEP'] ?? null, runId: null });
  }
  // Somebody may sit in a shell that a step had started, and resume the run from there.
  const own = found.length === 0 ? new Set() : ancestors();
  return found.filter(({ pid }) => !own.has(pid));
}

/** This process and those that it comes from. */
function ancestors(): ReadonlySet<number> {
  const pids = new Set<number>();
  for (let pid = process.pid; pid > 1 && !pids.has(pid);) {
    pids.add(pid);
    const stat = read(`/proc/${pid}/stat`);
    pid = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ', 2)[1] ?? 0);
  }
  return pids;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Gone, or somebody else's.
    return '';
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // Gone.
  }
}
