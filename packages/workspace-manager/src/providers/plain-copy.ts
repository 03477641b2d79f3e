// A workspace as a copy of the files as they are, sharing blocks where the file system can. Version control metadata
// (`.git`, `.jj` at the top) stays behind: a copied repository would invite commits that nobody ever sees again.

import { isUtf8 } from 'node:buffer';
import { readdirSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, sep } from 'node:path';

import { UserError } from '@workflow-platform/events';

import { changedFiles } from '../copy/files-work.ts';
import { keptFiles, moveFiles, noteFiles } from '../copy/keep-files.ts';
import { writeManifest } from '../copy/manifest.ts';
import { noteRestored, restoreFiles } from '../copy/restore-files.ts';
import { copyAll, copyEntries } from '../copy-entries.ts';
import type { Source } from '../find-source.ts';
import { runProcess } from '../run-process.ts';
import type { FilesWork, KeptWork } from '../work/work.ts';
import { keptIsGone } from './provider.ts';
import type { BuildContext, BuildResult, MadeWorkspace, WorkspaceProvider } from './provider.ts';

const LEFT_BEHIND = new Set(['.git', '.jj']);

/** Makes workspaces by copying. */
export const plainCopy: WorkspaceProvider = {
  kind: 'copy',
  buildsInPlace: false,
  check,
  build,
  keepOut: async () => [],
  settle,
  problemOf: async () => null,
  refresh: async () => [],
  snapshot: async () => [],
  work: filesWork,
  countChanged: async (workspace) => (await filesWork(workspace))?.changes.length ?? 0,
  save,
  collect: (kept, trash) => moveFiles(kept.revision, trash),
  keptWork: (kept) => keptFiles(kept.revision),
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

async function build({ source, site, run, notesFile, kept }: BuildContext): Promise<BuildResult> {
  const names = readdirSync(source.checkout, { encoding: 'buffer' });
  if (names.every((name) => isUtf8(name))) {
    const wanted = names.map(String).filter((name) => !LEFT_BEHIND.has(name));
    await copyEntries({ from: source.checkout, names: wanted, to: site, run });
  } else {
    await copyAll({ from: source.checkout, leaving: [...LEFT_BEHIND], to: site, run });
  }
  await writeManifest(site, notesFile, run);
  if (kept === null) return { base: null, isRestored: false, warnings: [] };
  const work = keptFiles(kept.revision);
  if (work === null) return { base: null, isRestored: false, warnings: [keptIsGone(kept)] };
  const warnings = await restoreFiles(work, site);
  noteRestored(work, notesFile);
  return { base: null, isRestored: true, warnings };
}

async function settle({ folder, notesFile }: MadeWorkspace, kept: KeptWork | null): Promise<void> {
  await writeManifest(folder, notesFile, runProcess);
  const work = kept === null ? null : keptFiles(kept.revision);
  if (work !== null) noteRestored(work, notesFile);
}

async function filesWork({ folder, from, notesFile }: MadeWorkspace): Promise<FilesWork | null> {
  const changes = await changedFiles({ folder, from, manifestFile: notesFile });
  return changes.length === 0 ? null : { kind: 'files', folder, changes, from };
}

async function save(workspace: MadeWorkspace): Promise<KeptWork | null> {
  const work = await filesWork(workspace);
  if (work === null) return null;
  const nonce = process.getBuiltinModule('node:crypto').randomBytes(4).toString('hex');
  const place = join(dirname(workspace.folder), '.saved', `${workspace.id}-${nonce}`);
  noteFiles(place, work);
  return { kind: 'files', revision: place, name: place, base: null };
}

function physicalHome(): string | null {
  try {
    return realpathSync(process.env['HOME'] || homedir());
  } catch {
    return null;
  }
}
