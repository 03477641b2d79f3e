// `workspace clean`: removes workspaces, whatever made them. What is in them beyond their base is kept, unless the user asks for
// it to be thrown away.
// Not here: which ones (decide-clean.ts), how an agent workspace goes (agent/clean-workspace.ts).

import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { UserError } from '@workflow-platform/events';

import { placesIn } from '../agent/agent-home.ts';
import type { AgentPlaces } from '../agent/agent-places.ts';
import { withWorkspaceLock } from '../agent/workspace-lock.ts';
import { forgetEvents } from '../agent/event-log.ts';
import { cleanAgentWorkspace } from '../agent/clean-workspace.ts';
import { jujutsuRepoOf } from '../find-source.ts';
import { eraseRecord, readRecord, writeRecord } from '../record.ts';
import type { KeptEntry } from '../record.ts';
import { discardWork } from '../work/discard-work.ts';
import { createWorkspaceManager } from '../workspace-manager.ts';
import { foreignFolder } from '../workspace-errors.ts';
import { findRow } from './list-all.ts';
import type { WorkspaceHome } from './workspace-home.ts';

/** What became of a workspace. */
export interface Cleaned {
  /** False when there was nothing to remove. */
  readonly isRemoved: boolean;
  /** What of it outlives it. */
  readonly kept: readonly KeptEntry[];
  /** How much was thrown away. */
  readonly discarded: number;
}

/** Removes one workspace; safe to repeat. */
export async function cleanWorkspace(
  home: WorkspaceHome,
  id: string,
  { discard }: { readonly discard: boolean } = { discard: false },
): Promise<Cleaned> {
  const places = placesIn(home, id);
  const isRemoved = await remove(home, id, places);
  const kept = keptIn(places);
  if (!discard || kept.length === 0) return { isRemoved, kept, discarded: 0 };
  // A run may be taking the name again at this moment: its record must not be written over.
  await withWorkspaceLock(home, places, async () => {
    for (const entry of kept) await discardOne(places, entry);
  });
  return { isRemoved, kept: [], discarded: kept.length };
}

/**
 * Throws away what was kept of workspaces of this name up to a time; returns how much. What cannot be thrown away (others built
 * upon it) stays, and is told.
 */
export async function discardKept(
  home: WorkspaceHome,
  id: string,
  untilMs: number,
): Promise<{ readonly discarded: number; readonly stayed: readonly string[] }> {
  const places = placesIn(home, id);
  const stayed: string[] = [];
  let discarded = 0;
  await withWorkspaceLock(home, places, async () => {
    for (const entry of keptIn(places).filter(({ atMs }) => atMs <= untilMs)) {
      try {
        await discardOne(places, entry);
        discarded++;
      } catch (cause) {
        stayed.push(reasonOf(cause));
      }
    }
  });
  return { discarded, stayed };
}

async function remove(home: WorkspaceHome, id: string, places: AgentPlaces): Promise<boolean> {
  const row = findRow(home, id);
  if (row === null || row.state === 'gone') {
    // Jujutsu may know a workspace whose folder and record are gone.
    return isJujutsu(home) ? cleanAgentWorkspace(home, places) : false;
  }
  const { record, metadata } = row;
  // One that a command had goes by the rules of agent workspaces, whatever stands in its place by now.
  const isCommands = metadata !== null || record?.owner?.runId === null;
  const isRuns = record !== null && (record.provider !== 'jj' || !isCommands);
  if (!isRuns && isJujutsu(home)) return cleanAgentWorkspace(home, places);
  if (record === null) throw foreignFolder(places.folder);
  const root = dirname(home.namespaceFolder);
  const manager = createWorkspaceManager({ root, acquireLock: home.acquireLock, nowMs: home.nowMs });
  const path = join(realpathSync(root), basename(home.namespaceFolder), id);
  await manager.remove({ id, path, provider: record.provider, from: record.from, base: null, why: record.why });
  return true;
}

function isJujutsu({ repositoryRoot }: WorkspaceHome): boolean {
  return jujutsuRepoOf(repositoryRoot) !== null;
}

function keptIn({ recordFile }: AgentPlaces): readonly KeptEntry[] {
  const record = readRecord(recordFile);
  return record === null || record === 'unreadable' ? [] : (record.kept ?? []);
}

/** One after the other, each forgotten when it is gone: what cannot be thrown away stays known. */
async function discardOne(places: AgentPlaces, entry: KeptEntry): Promise<void> {
  const { recordFile } = places;
  await discardWork(entry);
  const record = readRecord(recordFile);
  if (record === null || record === 'unreadable') return;
  const kept = (record.kept ?? []).filter(({ revision }) => revision !== entry.revision);
  if (kept.length === 0 && record.phase === 'gone') {
    eraseRecord(recordFile);
    forgetEvents(places);
  } else writeRecord(recordFile, { ...record, kept });
}

/** Says what is wrong with a workspace, for a list of what could not be removed. */
export function reasonOf(cause: unknown): string {
  if (!(cause instanceof UserError)) throw cause;
  return cause.hint === null ? cause.message : `${cause.message} (${cause.hint})`;
}
