// A workspace as a copy of the files as they are, sharing blocks where the file system can. Version control metadata
// (`.git`, `.jj` at the top) stays behind: a copied repository would invite commits that nobody ever sees again.

import { readdirSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { sep } from 'node:path';

import { UserError } from '@workflow-platform/events';

import { copyEntries } from '../copy-entries.ts';
import type { Source } from '../find-source.ts';
import type { BuildContext, BuildResult, WorkspaceProvider } from './provider.ts';

const LEFT_BEHIND = new Set(['.git', '.jj']);

/** Makes workspaces by copying. */
export const plainCopy: WorkspaceProvider = {
  kind: 'copy',
  buildsInPlace: false,
  check,
  build,
  keepOut: async () => [],
  problemOf: async () => null,
  refresh: async () => [],
  snapshot: async () => [],
  preserve: async () => {},
  deregister: async () => {},
};

function check({ checkout }: Source, root: string): void {
  const isTooWide = checkout === sep || checkout === physicalHome();
  if (isTooWide) {
    throw new UserError('workspace-source-too-wide', `${checkout} is too much to copy into a workspace`, {
      hint: 'keep the workflow in a folder of its own, or in a git repository',
      exitCode: 2,
    });
  }
  if (root === checkout || root.startsWith(`${checkout}${sep}`)) {
    throw new UserError(
      'workspace-source-too-wide',
      `${checkout} holds the workspaces (${root}), so a copy of it would hold itself`,
      {
        hint: 'set AI_WORKSPACES_ROOT to a folder outside of it',
        exitCode: 2,
      },
    );
  }
}

async function build({ source, site, run }: BuildContext): Promise<BuildResult> {
  const names = readdirSync(source.checkout).filter((name) => !LEFT_BEHIND.has(name));
  await copyEntries({ from: source.checkout, names, to: site, run });
  return { base: null, warnings: [] };
}

function physicalHome(): string | null {
  try {
    return realpathSync(process.env['HOME'] || homedir());
  } catch {
    return null;
  }
}
