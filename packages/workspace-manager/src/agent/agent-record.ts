// The record of an agent workspace: the same that workspaces of runs have, so that either can be taken for the other.
// Not here: the metadata file inside of the workspace, which other programs know, too (metadata.ts).

import { assert } from '@workflow-platform/events';

import type { WorkspaceHome } from '../home/workspace-home.ts';
import { logOf } from '../jujutsu/change-work.ts';
import { eraseRecord, folderIdentity, readRecord, writeGone, writeRecord } from '../record.ts';
import type { WorkspaceRecord } from '../record.ts';
import type { AgentPlaces } from './agent-places.ts';
import { forgetEvents } from './event-log.ts';

/** What is noted when somebody begins to work in the workspace. */
export interface AgentUse {
  readonly isNew: boolean;
  readonly workflow: string | null;
}

/** Notes that a command works in the workspace. Call it with the workspace locked. */
export async function noteUse(home: WorkspaceHome, places: AgentPlaces, { isNew, workflow }: AgentUse): Promise<void> {
  const record = isNew ? await newRecord(home, places) : recordOf(home, places);
  writeRecord(places.recordFile, { ...record, owner: { runId: null, workflow }, usedMs: home.nowMs() });
}

/** Returns the record; of a workspace that another program made, one that says what can be said. */
export function recordOf(home: WorkspaceHome, places: AgentPlaces): WorkspaceRecord {
  const record = readRecord(places.recordFile);
  if (record !== null && record !== 'unreadable' && record.phase === 'ready' && record.folder === folderIdentity(places.folder)) {
    return record;
  }
  return readyRecord(home, places, null);
}

/** Notes that the workspace is no more; one that left nothing is forgotten. */
export function forgetRecord(places: AgentPlaces): void {
  const { recordFile } = places;
  const record = readRecord(recordFile);
  if (record === null || record === 'unreadable') eraseRecord(recordFile);
  else writeGone(recordFile, record, null);
  if (readRecord(recordFile) === null) forgetEvents(places);
}

/** What it stands on now is what it was made from. */
async function newRecord(home: WorkspaceHome, places: AgentPlaces): Promise<WorkspaceRecord> {
  const parents = await logOf(places.folder, '@-', 'commit_id ++ "\\n"');
  return readyRecord(home, places, parents.join('|'));
}

function readyRecord(home: WorkspaceHome, places: AgentPlaces, base: string | null): WorkspaceRecord {
  const folder = folderIdentity(places.folder);
  assert(folder !== null, `workspace ${places.id} has a folder`);
  const before = readRecord(places.recordFile);
  const kept = before === null || before === 'unreadable' ? undefined : before.kept;
  return {
    version: 1,
    id: places.id,
    nonce: process.getBuiltinModule('node:crypto').randomBytes(4).toString('hex'),
    provider: 'jj',
    from: home.repositoryRoot,
    why: 'commands of agents run in Jujutsu workspaces',
    createdMs: home.nowMs(),
    ...(kept === undefined ? {} : { kept }),
    phase: 'ready',
    folder,
    base,
  };
}
