// Looks at process groups and signals them.
// Not here: when a group has to go (stop-group.ts).

import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';

export interface GroupMember {
  readonly pid: number;
  readonly groupId: number;
  /** Program and arguments as far as the system tells. */
  readonly command: string;
  /** `WORKFLOW_STEP` of its environment, where the system tells. */
  readonly step: string | null;
  /** `WORKFLOW_RUN_ID` of its environment, where the system tells. */
  readonly runId: string | null;
}

/** Sends a signal to all members; false when there is none. */
export function signalGroup(groupId: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-groupId, signal);
    return true;
  } catch (error) {
    // EPERM: there are members, but all of them changed their user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Returns the living members of the given groups; dead processes that nobody has collected yet do not count. */
export async function groupMembers(groupIds: ReadonlySet<number>): Promise<readonly GroupMember[]> {
  if (process.platform === 'linux') return membersByProc(groupIds);
  return membersByPs(groupIds);
}

function membersByProc(groupIds: ReadonlySet<number>): readonly GroupMember[] {
  const members: GroupMember[] = [];
  for (const name of readdirSync('/proc')) {
    const first = name.charCodeAt(0);
    if (first < 48 || first > 57) continue;
    const stat = readProc(`/proc/${name}/stat`);
    if (stat === null) continue;
    // `pid (name) state ppid pgrp …`; the name may hold anything, brackets too.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ', 3);
    const groupId = Number(fields[2]);
    if (!groupIds.has(groupId) || fields[0] === 'Z' || fields[0] === 'X') continue;
    const command = (readProc(`/proc/${name}/cmdline`) ?? '').split('\0').join(' ').trim();
    const env = (readProc(`/proc/${name}/environ`) ?? '').split('\0');
    members.push({
      pid: Number(name),
      groupId,
      command: command || stat.slice(stat.indexOf('('), stat.lastIndexOf(')') + 1),
      step: valueOf(env, 'WORKFLOW_STEP'),
      runId: valueOf(env, 'WORKFLOW_RUN_ID'),
    });
  }
  return members;
}

function valueOf(env: readonly string[], name: string): string | null {
  return env.find((entry) => entry.startsWith(`${name}=`))?.slice(name.length + 1) ?? null;
}

function readProc(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

/** For systems without /proc (macOS). */
async function membersByPs(groupIds: ReadonlySet<number>): Promise<readonly GroupMember[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,pgid=,stat=,command='], { maxBuffer: 64 * 1024 * 1024 });
  const members: GroupMember[] = [];
  for (const line of stdout.split('\n')) {
    const match = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line);
    if (match === null || match[3]!.startsWith('Z')) continue;
    const groupId = Number(match[2]);
    if (groupIds.has(groupId)) members.push({ pid: Number(match[1]), groupId, command: match[4]!, step: null, runId: null });
  }
  return members;
}
