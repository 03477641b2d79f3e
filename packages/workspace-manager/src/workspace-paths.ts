// Where workspaces lie: `<root>/<name of the repository>-<10 hex digits of its path's SHA-256>/<id>`.
// Not here: whether a folder there is ours (record.ts).

import { homedir } from 'node:os';
import { basename, isAbsolute, join, resolve } from 'node:path';

import type { WorkspaceIdentity } from '@workflow-platform/events';

import type { ReadyRecord } from './record.ts';

/** Returns the folder that holds all workspaces of this user: absolute, without a slash at the end. An empty variable counts as unset. */
export function workspacesRoot(env: { readonly [name: string]: string | undefined }): string {
  const given = env['AI_WORKSPACES_ROOT'];
  if (given) return resolve(given);
  const cache = env['XDG_CACHE_HOME'];
  if (cache && isAbsolute(cache)) return join(cache, 'ai-workspaces');
  return join(env['HOME'] || homedir(), '.cache', 'ai-workspaces');
}

/** Returns the name of the folder for the workspaces of one repository. `repositoryRoot` is a physical path. */
export function namespaceOf(repositoryRoot: string): string {
  const hash = process.getBuiltinModule('node:crypto').hash('sha256', repositoryRoot, 'hex');
  return `${basename(repositoryRoot)}-${hash.slice(0, 10)}`;
}

/** Places of one workspace. Everything beside `folder` begins with a dot, as no workspace id does. */
export interface WorkspacePlaces {
  readonly folder: string;
  readonly recordFile: string;
  readonly lockFile: string;
  /** What direnv made of its `.envrc`. */
  readonly direnvFile: string;
  /** What set-ups of this repository's workspaces made. */
  readonly setupFolder: string;
  /** Holds a lock for each command that works in the workspace (`workspace run`). */
  readonly usersFolder: string;
  /** What the provider notes about the workspace. */
  readonly notesFile: string;
  /** Where a tree is built that gets its name when it is whole. The nonce makes the name unmistakably ours. */
  stagingFolder(nonce: string): string;
  /** Where a tree goes to be deleted. */
  trashFolder(nonce: string): string;
}

/** Returns the places of the workspace `id` in a namespace folder. */
export function workspacePlaces(namespaceFolder: string, id: string): WorkspacePlaces {
  return {
    folder: join(namespaceFolder, id),
    recordFile: join(namespaceFolder, '.state', `${id}.json`),
    lockFile: join(namespaceFolder, '.state', `${id}.lock`),
    direnvFile: join(namespaceFolder, '.state', `.direnv-${id}.json`),
    setupFolder: join(namespaceFolder, '.setup'),
    usersFolder: join(namespaceFolder, '.state', `${id}.users`),
    notesFile: join(namespaceFolder, '.state', `${id}.notes`),
    stagingFolder: (nonce) => join(namespaceFolder, `.new-${id}-${nonce}`),
    trashFolder: (nonce) => join(namespaceFolder, `.trash-${id}-${nonce}`),
  };
}

/** Returns what the world is told about a workspace. */
export function identityIn({ folder }: WorkspacePlaces, { id, provider, from, base, why }: ReadyRecord): WorkspaceIdentity {
  return { id, path: folder, provider, from, base, why };
}
