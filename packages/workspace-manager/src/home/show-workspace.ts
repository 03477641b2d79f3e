// `workspace show`: everything that is known of one workspace.

import { UserError } from '@workflow-platform/events';

import { placesIn } from '../agent/agent-home.ts';
import { agentPlaces } from '../agent/agent-places.ts';
import { notedEvents } from '../agent/event-log.ts';
import { findRow } from './list-all.ts';
import type { WorkspaceRow } from './list-all.ts';
import { measureWorkspaces } from './measure-workspaces.ts';
import { rowData } from './row-data.ts';
import type { WorkspaceHome } from './workspace-home.ts';

/** Events of an agent workspace that are told. */
const HISTORY_MAX = 50;

/** Returns the metadata of an agent workspace as it stands, with what our record says of any workspace beside it. */
export async function showWorkspace(home: WorkspaceHome, id: string): Promise<{ readonly [key: string]: unknown }> {
  const { metadataFile, folder } = placesIn(home, id);
  const row = findRow(home, id);
  if (row === null || row.state === 'foreign') throw notFound(id, metadataFile, row);
  if (row.metadata === 'unreadable') {
    throw new UserError('metadata-unreadable', `the metadata of workspace \`${id}\` at ${metadataFile} is no JSON object`, {
      hint: 'the next `workflow workspace run` or `sync-tools` makes it anew',
    });
  }
  if (row.state === 'gone') throw goneWorkspace(row);
  if (row.state === 'missing') throw missingFolder(row);
  const measures = (await measureWorkspaces(home, [row])).get(id) ?? null;
  const { workflow, ...data } = rowData(row, measures);
  const { record } = row;
  return {
    ...(row.metadata ?? { workspace_id: id, repo_root: home.repositoryRoot, workspace_path: folder }),
    ...(row.metadata === null && workflow !== null ? { workflow } : {}),
    ...(row.metadata === null ? { status: data.status, created_at: data.created_at, updated_at: data.updated_at } : {}),
    ...(data.process_alive === undefined ? {} : { process_alive: data.process_alive }),
    state: data.state,
    provider: data.provider,
    why: record?.why ?? null,
    base: record?.phase === 'ready' ? record.base : null,
    run_id: data.run_id,
    size_bytes: data.size_bytes,
    changed_files: data.changed_files,
    applied_at: data.applied_at,
    kept: data.kept,
    history: notedEvents(agentPlaces(home.namespaceFolder, id), HISTORY_MAX),
  };
}

function goneWorkspace({ id, kept }: WorkspaceRow): UserError {
  const names = kept.map(({ name }) => name).join(', ');
  return new UserError('workspace-not-found', `workspace \`${id}\` does not exist any more; what was in it is kept as ${names}`, {
    hint: '`workflow diff RUN` shows what a run did; `workflow workspace list --all` lists what is kept',
    exitCode: 3,
  });
}

function missingFolder({ id, folder }: WorkspaceRow): UserError {
  return new UserError('workspace-not-found', `workspace \`${id}\` does not exist any more: its folder ${folder} is gone`, {
    hint: `\`workflow workspace clean ${id}\` forgets it`,
    exitCode: 3,
  });
}

function notFound(id: string, metadataFile: string, row: WorkspaceRow | null): UserError {
  const message =
    row === null
      ? `workspace \`${id}\` does not exist: it has no metadata at ${metadataFile}`
      : `workspace \`${id}\` has no metadata at ${metadataFile}`;
  return new UserError('workspace-not-found', message, {
    hint: '`workflow workspace list` shows the workspaces of this repository',
    exitCode: 3,
  });
}
