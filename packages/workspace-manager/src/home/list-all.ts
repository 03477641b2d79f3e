// Lists the workspaces of a repository, whoever made them: what our records, the metadata files of agent workspaces and the
// folders say. One broken file spoils nothing.
// Not here: sizes and counts, which take a look into every folder (measure-workspaces.ts).

import { lstatSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { agentPlaces } from '../agent/agent-places.ts';
import { readMetadata } from '../agent/metadata.ts';
import type { Metadata } from '../agent/metadata.ts';
import { usersOf } from '../agent/users.ts';
import { explainFileFailure } from '../file-failure.ts';
import { isFolder, readRecord } from '../record.ts';
import type { KeptEntry, WorkspaceOwner, WorkspaceRecord } from '../record.ts';
import { checkJujutsuWorkspaceId } from '../workspace-id.ts';
import type { WorkspaceHome } from './workspace-home.ts';

/** What can be done with a workspace. */
export type WorkspaceState =
  /** A run or a command has it. */
  | 'in-use'
  /** Nobody has it. */
  | 'ready'
  /** Its making or removing did not come to its end; whoever makes or removes it next goes on with that. */
  | 'unfinished'
  /** Its folder was deleted or replaced by another hand. */
  | 'missing'
  /** Removed; something of it is kept. */
  | 'gone'
  /** A folder in a workspace's place that has no record: of another program, or of nobody. */
  | 'foreign';

/** One workspace. */
export interface WorkspaceRow {
  readonly id: string;
  readonly folder: string;
  readonly state: WorkspaceState;
  /** As its metadata says, else as its record does; `unknown` for metadata that cannot be read. */
  readonly status: string;
  readonly provider: 'jj' | 'git' | 'copy' | null;
  readonly owner: WorkspaceOwner | null;
  readonly createdMs: number | null;
  readonly usedMs: number | null;
  readonly appliedMs: number | null;
  readonly kept: readonly KeptEntry[];
  readonly record: WorkspaceRecord | null;
  /** Null where there is no metadata file. */
  readonly metadata: Metadata | 'unreadable' | null;
  /** Whether the process that says it works there does; null where that cannot be told. */
  readonly isAlive: boolean | null;
}

/** Returns all of them, sorted by id; those that are gone only when they left something. */
export function listAll(home: WorkspaceHome): readonly WorkspaceRow[] {
  return explained(home, () => namesIn(home.namespaceFolder).map((id) => rowOf(home, id)));
}

/** Returns one, or null when there is no trace of it. */
export function findRow(home: WorkspaceHome, id: string): WorkspaceRow | null {
  const places = agentPlaces(home.namespaceFolder, id);
  return explained(home, () => {
    const isTraced = [places.folder, places.recordFile].some(
      (place) => lstatSync(place, { throwIfNoEntry: false }) !== undefined,
    );
    return isTraced ? rowOf(home, id) : null;
  });
}

function explained<T>({ namespaceFolder }: WorkspaceHome, look: () => T): T {
  try {
    return look();
  } catch (cause) {
    throw explainFileFailure(cause, dirname(namespaceFolder));
  }
}

function rowOf(home: WorkspaceHome, id: string): WorkspaceRow {
  const places = agentPlaces(home.namespaceFolder, id);
  const read = readRecord(places.recordFile);
  const record = read === 'unreadable' ? null : read;
  // What stands behind a link is not in the workspace.
  const isRealFolder = lstatSync(places.folder, { throwIfNoEntry: false })?.isDirectory() === true;
  const metadata = isRealFolder ? readMetadata(places.metadataFile) : null;
  const users = usersOf(home, places);
  const isHeld = home.lockHolder(places.lockFile) !== null;
  const told = metadata === null || metadata === 'unreadable' ? {} : metadata;
  const status =
    metadata === 'unreadable'
      ? 'unknown'
      : (textIn(told['status']) ?? record?.status ?? (metadata === null ? 'idle' : 'unknown'));
  const processId = told['process_id'];
  const isAlive =
    status !== 'running' ? null : metadata === null ? isHeld : typeof processId === 'number' ? users.includes(processId) : null;
  return {
    id,
    folder: places.folder,
    state: stateOf({ folder: places.folder, record, hasMetadata: metadata !== null, isUsed: isHeld || users.length > 0 }),
    status,
    provider: record?.provider ?? null,
    owner: ownerOf(record, told),
    createdMs: record?.createdMs ?? timeIn(told['created_at']),
    usedMs: latest(record?.usedMs ?? null, timeIn(told['updated_at'])),
    appliedMs: record?.appliedMs ?? record?.kept?.at(-1)?.appliedMs ?? null,
    kept: record?.kept ?? [],
    record,
    metadata,
    isAlive,
  };
}

function stateOf(facts: {
  readonly folder: string;
  readonly record: WorkspaceRecord | null;
  readonly hasMetadata: boolean;
  readonly isUsed: boolean;
}): WorkspaceState {
  const { folder, record, hasMetadata, isUsed } = facts;
  if (isUsed) return 'in-use';
  const stat = lstatSync(folder, { throwIfNoEntry: false });
  const isThere = stat !== undefined;
  // A link shows what lies elsewhere.
  if (record === null) return hasMetadata && stat?.isDirectory() === true ? 'ready' : 'foreign';
  if (record.phase === 'gone') return isThere ? 'foreign' : 'gone';
  if (record.phase !== 'ready') return 'unfinished';
  return isThere && isFolder(folder, record.folder) ? 'ready' : 'missing';
}

function ownerOf(record: WorkspaceRecord | null, told: Metadata): WorkspaceOwner | null {
  const workflow = textIn(told['workflow']);
  if (record?.owner !== undefined && (record.owner.runId !== null || workflow === null)) return record.owner;
  return workflow === null && Object.keys(told).length === 0 ? null : { runId: null, workflow };
}

function namesIn(namespaceFolder: string): readonly string[] {
  const folders = entriesOf(namespaceFolder).filter((name) => !name.startsWith('.'));
  const records = entriesOf(join(namespaceFolder, '.state'))
    .filter((name) => name.endsWith('.json'))
    .map((name) => basename(name, '.json'));
  // Ids are ASCII, where the order of code units is that of code points.
  return [...new Set([...folders, ...records])].filter(isId).sort();
}

/** Names that no workspace of ours can have are somebody's folder. */
function isId(name: string): boolean {
  try {
    checkJujutsuWorkspaceId(name);
    return true;
  } catch {
    return false;
  }
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR')) return [];
    throw cause;
  }
}

function textIn(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function timeIn(value: unknown): number | null {
  const atMs = typeof value === 'string' ? Date.parse(value) : NaN;
  return Number.isNaN(atMs) ? null : atMs;
}

function latest(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.max(a, b);
}
