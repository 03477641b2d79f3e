// The metadata file of an agent workspace: who made it from what, what runs in it. Other programs read and write it too, so
// what we do not know is kept, and what cannot be read is nobody's end.
// Not here: which runs still live (users.ts).

import { lstatSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { readRegularFile } from '../regular-file.ts';
import type { AgentPlaces } from './agent-places.ts';

/** A metadata file as it stands there. */
export type Metadata = { readonly [key: string]: unknown };

/** Where a run or its end leaves a workspace. */
export type AgentStatus = 'running' | 'done' | 'error' | 'cancelled' | 'idle';

/** What we write. A value that is undefined takes its key away. */
export interface MetadataChanges {
  readonly workspace_id?: string;
  readonly repo_root?: string;
  readonly workspace_path?: string;
  readonly status?: AgentStatus;
  readonly direnv_allowed?: boolean;
  readonly command?: readonly string[];
  readonly workflow?: string | undefined;
  readonly base_change?: string | undefined;
  readonly tools_source?: string;
  readonly tools_copy?: string;
  readonly tools_version?: string;
  /** The process that made the last run. */
  readonly process_id?: number;
}

/** Reads a metadata file; null when there is none, `unreadable` when it holds no JSON object. */
export function readMetadata(file: string): Metadata | null | 'unreadable' {
  const kind = kindOf(file);
  if (kind === 'missing') return null;
  // A link that a step made would bring what it leads to into the workspace.
  const text = kind === 'file' ? readRegularFile(file) : null;
  if (text === null) return 'unreadable';
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Metadata) : 'unreadable';
  } catch {
    return 'unreadable';
  }
}

function kindOf(file: string): 'missing' | 'file' | 'other' {
  try {
    const stat = lstatSync(file, { throwIfNoEntry: false });
    return stat === undefined ? 'missing' : stat.isFile() ? 'file' : 'other';
  } catch (cause) {
    // A file in the place of a folder above; or a folder that may not be looked into.
    return cause instanceof Error && 'code' in cause && cause.code === 'ENOTDIR' ? 'missing' : 'other';
  }
}

/**
 * Writes the changes over what stands in the file, by rename: a reader sees the old text or the new. A file that cannot be
 * read is moved aside. Call it with the workspace locked.
 */
export function changeMetadata(places: AgentPlaces, changes: MetadataChanges, nowMs: number): Metadata {
  const { metadataFile } = places;
  const before = readMetadata(metadataFile);
  if (before === 'unreadable') renameSync(metadataFile, `${metadataFile}.unreadable`);
  const metadata = changed(before === null || before === 'unreadable' ? {} : before, changes, nowMs);
  makeFolder(places);
  const fresh = join(dirname(metadataFile), `${basename(metadataFile)}.new`);
  // What runs in the workspace may have put a link in the place, which would be followed.
  rmSync(fresh, { recursive: true, force: true });
  writeFileSync(fresh, `${JSON.stringify(metadata, null, 2)}\n`, { flag: 'wx' });
  renameSync(fresh, metadataFile);
  return metadata;
}

/** A time as the file has it: whole seconds and a numeric offset. */
export function timeText(nowMs: number): string {
  return new Date(nowMs).toISOString().replace(/\.\d+Z$/, '+00:00');
}

function changed(before: Metadata, changes: MetadataChanges, nowMs: number): Metadata {
  const now = timeText(nowMs);
  const created = before['created_at'];
  const after: Record<string, unknown> = {
    ...before,
    created_at: typeof created === 'string' && created !== '' ? created : now,
    ...changes,
    updated_at: now,
  };
  // JSON leaves out what is undefined.
  return after;
}

/** The tools copy may have been deleted by what ran in the workspace; the folder must still be nobody's change. */
function makeFolder({ folder, toolsFolder }: AgentPlaces): void {
  if (lstatSync(toolsFolder, { throwIfNoEntry: false })?.isDirectory() === true) return;
  if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return;
  mkdirSync(toolsFolder);
  writeFileSync(join(toolsFolder, '.gitignore'), '*\n');
}
