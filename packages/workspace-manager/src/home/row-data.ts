// A workspace as data for programs: the names are those of the metadata file, and what is ours beside them.

import { timeText } from '../agent/metadata.ts';
import type { WorkspaceRow } from './list-all.ts';
import type { WorkspaceMeasures } from './measure-workspaces.ts';

/** A row of `list --json`. */
export interface WorkspaceRowData {
  readonly workspace_id: string;
  readonly status: string;
  readonly workflow: string | null;
  readonly updated_at: string | null;
  readonly workspace_path: string;
  /** For a workspace that says it is running and by which process: whether that is so. */
  readonly process_alive?: boolean;
  readonly state: string;
  readonly provider: string | null;
  readonly run_id: string | null;
  readonly created_at: string | null;
  readonly applied_at: string | null;
  /** Null, as the next, where it was not asked for or cannot be told. */
  readonly size_bytes: number | null;
  readonly changed_files: number | null;
  readonly kept: readonly {
    readonly kind: string;
    readonly name: string;
    readonly revision: string;
    readonly run_id: string | null;
  }[];
}

/** Returns the row as data. */
export function rowData(row: WorkspaceRow, measures: WorkspaceMeasures | null): WorkspaceRowData {
  return {
    workspace_id: row.id,
    status: row.status,
    workflow: row.owner?.workflow ?? null,
    updated_at: updatedAt(row),
    workspace_path: row.folder,
    ...(row.isAlive === null ? {} : { process_alive: row.isAlive }),
    state: row.state,
    provider: row.provider,
    run_id: row.owner?.runId ?? null,
    created_at: textOf(row.createdMs),
    applied_at: textOf(row.appliedMs),
    size_bytes: measures?.sizeBytes ?? null,
    changed_files: measures?.changedFiles ?? null,
    kept: row.kept.map(({ kind, name, revision, owner }) => ({ kind, name, revision, run_id: owner?.runId ?? null })),
  };
}

/** As it stands in the metadata, when that is what there is. */
function updatedAt({ metadata, usedMs }: WorkspaceRow): string | null {
  const told = metadata === null || metadata === 'unreadable' ? undefined : metadata['updated_at'];
  return typeof told === 'string' && told !== '' ? told : textOf(usedMs);
}

function textOf(atMs: number | null): string | null {
  return atMs === null ? null : timeText(atMs);
}
