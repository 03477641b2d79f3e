// Finds every process of an attempt, or of a whole run, wherever it went: by its group and session, by the mark in its
// environment, by the attempt's files that it has open for writing (every process of a step has its log once more, as descriptor
// 9), and by its parents. A process that shows none of these any more (own session, no environment, all files closed, its parents
// gone) cannot be told from anybody else's without privileges.
// Not here: ending them (end-processes.ts).

import { realpathSync } from 'node:fs';
import { belongsTo } from './lineage.ts';
import type { ProcessIdentity } from './process-identity.ts';
import { readProcessTable, writersBelow } from './process-table.ts';
import type { ProcessEntry, ProcessTable } from './process-table.ts';

/** A process that an attempt started. */
export interface FoundProcess extends ProcessIdentity {
  readonly groupId: number;
  /** Program and arguments as far as the system tells. */
  readonly command: string;
  /** The step it came from, where its environment tells. */
  readonly step: string | null;
  /** It is of a run within the run, whose engine is the one to end it. */
  readonly isNested: boolean;
}

/** Whose processes are looked for. */
export interface SearchTarget {
  readonly runId: string;
  /** Null for all attempts of the run. */
  readonly attemptNo: number | null;
  /** Absolute path of the folder with the run's files. */
  readonly folder: string;
  /** Resident shells whose groups, sessions and children count. They themselves do not. */
  readonly shells: readonly ProcessIdentity[];
  /** Nothing of the target started before. */
  readonly since: number;
}

/** Looks for what there is now; what an earlier look found counts as long as it is there, and so do its children. */
export type Search = (known: readonly FoundProcess[]) => Promise<readonly FoundProcess[]>;

/**
 * Returns how to look for a target. This process, and those it comes from, are never found. `pinned` are shells that may have
 * ended this very moment.
 */
export function searchFor(target: SearchTarget, pinned: readonly ProcessIdentity[] = []): Search {
  let groups: ReadonlySet<number> = new Set(pinned.map(({ pid }) => pid));
  return async (known) => {
    const table = await readProcessTable();
    groups = new Set([...groups, ...groupsOfShells(table, target)]);
    const found = await search(table, target, { groups, known: new Map(known.map(({ pid, startTime }) => [pid, startTime])) });
    // A group has the number of its leader, which goes to nobody else for as long as it has members: no longer.
    groups = new Set(found.map(({ groupId }) => groupId).filter((groupId) => groups.has(groupId)));
    return found;
  };
}

async function search(
  table: ProcessTable,
  target: SearchTarget,
  { groups, known }: { readonly groups: ReadonlySet<number>; readonly known: ReadonlyMap<number, number> },
): Promise<readonly FoundProcess[]> {
  const spared = new Set([...ancestors(table), ...target.shells.map(({ pid }) => pid)]);
  const candidates = table.entries.filter(({ pid, startTime }) => startTime >= target.since && !spared.has(pid));
  const found = new Map<number, ProcessEntry>();
  const nested = new Set<number>();
  const rest: ProcessEntry[] = [];
  for (const entry of candidates) {
    const kinship = belongsTo(table.environOf(entry.pid), target);
    if (kinship === 'released') continue;
    if (kinship === 'nested') nested.add(entry.pid);
    const isKnown = known.get(entry.pid) === entry.startTime;
    if (isKnown || kinship !== null || groups.has(entry.groupId) || groups.has(entry.sessionId)) found.set(entry.pid, entry);
    else rest.push(entry);
  }
  const writers = await writersBelow(
    realPath(target.folder),
    (path) => isAttemptFile(path, target.attemptNo),
    rest.map(({ pid }) => pid),
  );
  for (const entry of rest) if (writers.has(entry.pid)) found.set(entry.pid, entry);
  addDescendants(found, rest, target.shells);
  return [...found.values()].map(({ pid, startTime, groupId }) => ({
    pid,
    startTime,
    groupId,
    command: table.commandOf(pid),
    step: valueOf(table.environOf(pid), 'WORKFLOW_STEP'),
    isNested: nested.has(pid),
  }));
}

/** Groups whose leader is still the shell, and not somebody who got its number. */
function groupsOfShells({ entries }: ProcessTable, { shells }: SearchTarget): ReadonlySet<number> {
  const starts = new Map(entries.map(({ pid, startTime }) => [pid, startTime]));
  return new Set(shells.filter(({ pid, startTime }) => starts.get(pid) === startTime).map(({ pid }) => pid));
}

/** This process and those that it comes from: somebody may sit in a shell that a step had started, and resume the run there. */
function ancestors({ entries }: ProcessTable): ReadonlySet<number> {
  const parents = new Map(entries.map(({ pid, parentPid }) => [pid, parentPid]));
  const pids = new Set<number>();
  for (let pid: number | undefined = process.pid; pid !== undefined && pid > 1 && !pids.has(pid); pid = parents.get(pid))
    pids.add(pid);
  return pids;
}

function isAttemptFile(path: string, attemptNo: number | null): boolean {
  const match = /^(\d+)\.(log|stdout)$/.exec(path);
  return match !== null && (attemptNo === null || Number(match[1]) === attemptNo);
}

function addDescendants(
  found: Map<number, ProcessEntry>,
  rest: readonly ProcessEntry[],
  shells: readonly ProcessIdentity[],
): void {
  const parents = new Set([...found.keys(), ...shells.map(({ pid }) => pid)]);
  for (let hasGrown = true; hasGrown;) {
    hasGrown = false;
    for (const entry of rest) {
      if (found.has(entry.pid) || !parents.has(entry.parentPid)) continue;
      found.set(entry.pid, entry);
      parents.add(entry.pid);
      hasGrown = true;
    }
  }
}

function valueOf(variables: readonly string[], name: string): string | null {
  return variables.find((variable) => variable.startsWith(`${name}=`))?.slice(name.length + 1) ?? null;
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
