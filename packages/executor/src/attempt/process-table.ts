// Lists the living processes of this machine with what tells whose they are: parent, group, session, environment, open files.
// Linux: /proc. Elsewhere (macOS): ps and lsof.
// Not here: which of them belong to an attempt (find-processes.ts).

import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { promisify } from 'node:util';
import { DEAD_STATES, GROUP, PARENT, SESSION, START_TIME, STATE, statFields } from './process-identity.ts';
import type { ProcessIdentity } from './process-identity.ts';

export interface ProcessEntry extends ProcessIdentity {
  readonly parentPid: number;
  readonly groupId: number;
  /** 0 where the system does not tell. */
  readonly sessionId: number;
}

export interface ProcessTable {
  readonly entries: readonly ProcessEntry[];
  /** Its variables, each `NAME=VALUE`; empty for what is somebody else's. */
  environOf(pid: number): readonly string[];
  /** Program and arguments as far as the system tells. */
  commandOf(pid: number): string;
}

/** Returns what runs now. Dead processes that nobody has collected are left out. */
export function readProcessTable(): Promise<ProcessTable> {
  return process.platform === 'linux' ? Promise.resolve(tableByProc()) : tableByPs();
}

/**
 * Returns which of the processes have a file below the folder open for writing. Who only reads one, such as a pager, does not
 * count. `folder` must be a real path; `isWanted` is asked with the path below it.
 */
export async function writersBelow(
  folder: string,
  isWanted: (path: string) => boolean,
  pids: readonly number[],
): Promise<ReadonlySet<number>> {
  if (pids.length === 0) return new Set();
  if (process.platform !== 'linux') return writersByLsof(folder, isWanted, new Set(pids));
  return new Set(pids.filter((pid) => writesBelow(pid, `${folder}/`, isWanted)));
}

function tableByProc(): ProcessTable {
  const entries: ProcessEntry[] = [];
  for (const name of readdirSync('/proc')) {
    const first = name.charCodeAt(0);
    if (first < 48 || first > 57) continue;
    const pid = Number(name);
    const fields = statFields(pid);
    if (fields === null || DEAD_STATES.has(fields[STATE] ?? '')) continue;
    const [parentPid, groupId, sessionId, startTime] = [PARENT, GROUP, SESSION, START_TIME].map((place) => Number(fields[place]));
    entries.push({ pid, parentPid: parentPid!, groupId: groupId!, sessionId: sessionId!, startTime: startTime! });
  }
  return {
    entries,
    environOf: (pid) => read(`/proc/${pid}/environ`).split('\0'),
    commandOf: (pid) => read(`/proc/${pid}/cmdline`).split('\0').join(' ').trim() || read(`/proc/${pid}/comm`).trim(),
  };
}

function writesBelow(pid: number, prefix: string, isWanted: (path: string) => boolean): boolean {
  let names: readonly string[];
  try {
    names = readdirSync(`/proc/${pid}/fd`);
  } catch {
    return false;
  }
  return names.some((name) => {
    try {
      const path = readlinkSync(`/proc/${pid}/fd/${name}`);
      if (!path.startsWith(prefix) || !isWanted(path.slice(prefix.length))) return false;
    } catch {
      return false;
    }
    const flags = /^flags:\s*([0-7]+)/m.exec(read(`/proc/${pid}/fdinfo/${name}`))?.[1] ?? '0';
    // O_WRONLY or O_RDWR.
    return (Number.parseInt(flags, 8) & 3) !== 0;
  });
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Gone, or somebody else's.
    return '';
  }
}

const run = promisify(execFile);
const outputBytesMax = 64 * 1024 * 1024;

/** With -E, `ps` puts the variables of one's own processes behind the command, with spaces between. */
async function tableByPs(): Promise<ProcessTable> {
  const { stdout } = await run('ps', ['-A', '-E', '-ww', '-o', 'pid=,ppid=,pgid=,stat=,lstart=,command='], {
    maxBuffer: outputBytesMax,
    env: { ...process.env, LC_ALL: 'C' },
  });
  const entries: ProcessEntry[] = [];
  const texts = new Map<number, string>();
  for (const line of stdout.split('\n')) {
    const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\S+\s+\S+\s+\d+\s+[\d:]+\s+\d+)\s+(.*)$/.exec(line);
    if (match === null || match[4]!.startsWith('Z')) continue;
    const pid = Number(match[1]);
    const startTime = Date.parse(match[5]!) / 1000;
    entries.push({ pid, parentPid: Number(match[2]), groupId: Number(match[3]), sessionId: 0, startTime });
    texts.set(pid, match[6]!);
  }
  return {
    entries,
    environOf: (pid) => (texts.get(pid) ?? '').split(' '),
    commandOf: (pid) => (texts.get(pid) ?? '').replace(/( [A-Za-z_][A-Za-z0-9_]*=.*)$/, ''),
  };
}

async function writersByLsof(
  folder: string,
  isWanted: (path: string) => boolean,
  pids: ReadonlySet<number>,
): Promise<ReadonlySet<number>> {
  // It ends with status 1 when nobody has anything open there.
  const { stdout } = await run('lsof', ['-n', '-P', '-F', 'pan', '+D', folder], { maxBuffer: outputBytesMax }).catch(
    (error: { stdout?: string }) => ({ stdout: error.stdout ?? '' }),
  );
  const writers = new Set<number>();
  let pid = 0;
  let access = '';
  for (const line of stdout.split('\n')) {
    const value = line.slice(1);
    if (line.startsWith('p')) pid = Number(value);
    else if (line.startsWith('a')) access = value;
    else if (line.startsWith(`n${folder}/`) && /[wu]/.test(access) && isWanted(value.slice(folder.length + 1))) writers.add(pid);
  }
  return new Set([...writers].filter((one) => pids.has(one)));
}
