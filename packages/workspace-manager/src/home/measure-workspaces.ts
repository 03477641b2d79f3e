// Looks into workspaces: how large they are, and how many files differ from what they were made from.

import { lstatSync } from 'node:fs';

import { UserError } from '@workflow-platform/events';

import { PROVIDERS } from '../providers/providers.ts';
import { runProcess } from '../run-process.ts';
import { workspacePlaces } from '../workspace-paths.ts';
import type { WorkspaceRow } from './list-all.ts';
import type { WorkspaceHome } from './workspace-home.ts';

/** What was found; null where it cannot be told. */
export interface WorkspaceMeasures {
  /** Room that its files take on the disk, and those kept of workspaces of its name. */
  readonly sizeBytes: number | null;
  /** Files that differ from the base and are nowhere else: of Jujutsu, as last recorded. */
  readonly changedFiles: number | null;
}

// As many as there are processors, as a rule; each is mostly a program of its own.
const AT_ONCE = 4;

/** Measures workspaces, several at once; by id. */
export async function measureWorkspaces(
  home: WorkspaceHome,
  rows: readonly WorkspaceRow[],
): Promise<ReadonlyMap<string, WorkspaceMeasures>> {
  const measures = new Map<string, WorkspaceMeasures>();
  const waiting = [...rows];
  const work = async (): Promise<void> => {
    for (let row = waiting.shift(); row !== undefined; row = waiting.shift()) {
      const [sizeBytes, changedFiles] = await Promise.all([sizeOf(row), countChanged(home, row)]);
      measures.set(row.id, { sizeBytes, changedFiles });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return measures;
}

async function sizeOf({ folder, kept }: WorkspaceRow): Promise<number | null> {
  const places = [folder, ...kept.filter(({ kind }) => kind === 'files').map(({ revision }) => revision)];
  const there = places.filter((place) => lstatSync(place, { throwIfNoEntry: false })?.isDirectory() === true);
  if (there.length === 0) return null;
  const { stdout } = await runProcess({ argv: ['du', '-sk', '--', ...there], cwd: '/' });
  const sizes = stdout.split('\n').map((line) => Number.parseInt(line, 10));
  return sizes.reduce((sum, size) => sum + (Number.isNaN(size) ? 0 : size), 0) * 1024;
}

async function countChanged(home: WorkspaceHome, { id, folder, record }: WorkspaceRow): Promise<number | null> {
  if (record?.phase !== 'ready') return null;
  const { provider, from, base } = record;
  const { notesFile } = workspacePlaces(home.namespaceFolder, id);
  try {
    return await PROVIDERS[provider].countChanged({ id, folder, from, base, notesFile });
  } catch (cause) {
    // The list goes on; whoever removes the workspace hears what is wrong with it.
    if (cause instanceof UserError) return null;
    throw cause;
  }
}
