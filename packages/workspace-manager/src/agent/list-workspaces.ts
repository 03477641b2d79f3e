// `workspace list` and `workspace show`: what the metadata files say. Asks no other program, and one broken file spoils nothing.

import { lstatSync, readdirSync } from 'node:fs';

import { UserError } from '@workflow-platform/events';

import { placesIn } from './agent-home.ts';
import type { AgentHome } from './agent-home.ts';
import { agentPlaces } from './agent-places.ts';
import type { AgentPlaces } from './agent-places.ts';
import { readMetadata } from './metadata.ts';
import type { Metadata } from './metadata.ts';
import { usersOf } from './users.ts';

/** One workspace in the list; the names are those of the metadata. */
export interface AgentWorkspaceRow {
  readonly workspace_id: string;
  /** `unknown` for metadata that cannot be read. */
  readonly status: string;
  readonly workflow: string | null;
  readonly updated_at: string | null;
  readonly workspace_path: string;
  /** For a workspace that says it is running and which process runs there: whether that is so. */
  readonly process_alive?: boolean;
}

/** Returns the workspaces of this repository that have metadata, sorted by id. */
export function listWorkspaces(home: AgentHome): readonly AgentWorkspaceRow[] {
  return folderNames(home.namespaceFolder)
    .map((id) => agentPlaces(home.namespaceFolder, id))
    .filter(({ metadataFile }) => lstatSync(metadataFile, { throwIfNoEntry: false }) !== undefined)
    .map((places) => rowOf(home, places));
}

/** Returns the metadata of one workspace, with `process_alive` where that can be told. */
export function showWorkspace(home: AgentHome, id: string): Metadata {
  const places = placesIn(home, id);
  const metadata = readMetadata(places.metadataFile);
  if (metadata === null) throw noMetadata(places);
  if (metadata === 'unreadable') {
    throw new UserError(
      'metadata-unreadable',
      `the metadata of workspace \`${id}\` at ${places.metadataFile} is no JSON object`,
      {
        hint: 'the next `workflow workspace run` or `sync-tools` makes it anew',
      },
    );
  }
  return { ...metadata, ...aliveness(home, places, metadata) };
}

function rowOf(home: AgentHome, places: AgentPlaces): AgentWorkspaceRow {
  const read = readMetadata(places.metadataFile);
  const metadata = read === null || read === 'unreadable' ? {} : read;
  return {
    workspace_id: places.id,
    status: text(metadata['status']) ?? 'unknown',
    workflow: text(metadata['workflow']),
    updated_at: text(metadata['updated_at']),
    workspace_path: places.folder,
    ...aliveness(home, places, metadata),
  };
}

/** Other programs record no process: then it cannot be told. */
function aliveness(home: AgentHome, places: AgentPlaces, metadata: Metadata): { readonly process_alive?: boolean } {
  const processId = metadata['process_id'];
  if (metadata['status'] !== 'running' || typeof processId !== 'number') return {};
  return { process_alive: usersOf(home, places).includes(processId) };
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function folderNames(folder: string): readonly string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    // Ids are ASCII, where the order of code units is that of code points. What begins with a dot is our own.
    return entries
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map(({ name }) => name)
      .sort();
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return [];
    throw cause;
  }
}

function noMetadata({ id, folder, metadataFile }: AgentPlaces): UserError {
  const isThere = lstatSync(folder, { throwIfNoEntry: false }) !== undefined;
  const message = isThere
    ? `workspace \`${id}\` has no metadata at ${metadataFile}`
    : `workspace \`${id}\` does not exist: it has no metadata at ${metadataFile}`;
  return new UserError('workspace-not-found', message, {
    hint: '`workflow workspace list` shows the workspaces of this repository',
    exitCode: 3,
  });
}
