// The workspaces of one repository or folder, whatever made them, and what the subcommands about them need from the world.
// Not here: those of a Jujutsu repository that commands are run in (agent/agent-home.ts).

import { join } from 'node:path';

import { findSource } from '../find-source.ts';
import type { Source } from '../find-source.ts';
import type { AcquireLock } from '../workspace-port.ts';
import { namespaceOf, workspacesRoot } from '../workspace-paths.ts';

/** What subcommands about workspaces need from the world. */
export interface WorkspaceWorld {
  /** A folder inside the repository, or inside one of its workspaces. */
  readonly cwd: string;
  readonly env: { readonly [name: string]: string | undefined };
  readonly acquireLock: AcquireLock;
  /** Says who holds a lock, or null. */
  readonly lockHolder: (path: string) => string | null;
  readonly nowMs: () => number;
  /** Tells the user something, a sentence without a full stop. */
  readonly say: (text: string) => void;
}

/** The workspaces of one repository or folder. */
export interface WorkspaceHome extends WorkspaceWorld {
  readonly source: Source;
  /** Physical path of the repository's main folder. */
  readonly repositoryRoot: string;
  readonly namespaceFolder: string;
}

/** Finds the repository around the current folder; from inside one of its workspaces, the one it belongs to. */
export function findWorkspaceHome(world: WorkspaceWorld): WorkspaceHome {
  const root = workspacesRoot(world.env);
  const source = findSource(world.cwd, root);
  return { ...world, source, repositoryRoot: source.root, namespaceFolder: join(root, namespaceOf(source.root)) };
}
