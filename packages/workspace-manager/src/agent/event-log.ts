// What happened to an agent workspace, an event a line: when, and which process noted it. For people who ask later; nothing is
// decided by it, so what cannot be written is said and no more.
// Not here: the events of runs (journal).

import { appendFileSync, readFileSync, rmSync } from 'node:fs';
import { userInfo } from 'node:os';

import type { WorkspaceEvent } from '@workflow-platform/events';

import type { WorkspaceHome } from '../home/workspace-home.ts';
import type { AgentPlaces } from './agent-places.ts';
import type { AgentStatus } from './metadata.ts';

/** One line of the log. */
export interface NotedEvent {
  readonly atMs: number;
  readonly by: { readonly user: string; readonly pid: number };
  readonly event: WorkspaceEvent;
}

/** Notes an event. */
export function noteEvent(home: WorkspaceHome, { eventsFile, id }: AgentPlaces, event: WorkspaceEvent): void {
  const noted: NotedEvent = { atMs: home.nowMs(), by: { user: userName(), pid: process.pid }, event };
  try {
    appendFileSync(eventsFile, `${JSON.stringify(noted)}\n`, { mode: 0o600 });
  } catch (cause) {
    home.say(`cannot note what happens to workspace ${id}: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

/** Returns the last events, the oldest first; a line that was cut off by a crash is passed over. */
export function notedEvents({ eventsFile }: AgentPlaces, most: number): readonly NotedEvent[] {
  const lines = textOf(eventsFile)
    .split('\n')
    .filter((line) => line !== '');
  return lines.slice(-most).flatMap((line) => {
    try {
      return [JSON.parse(line) as NotedEvent];
    } catch {
      return [];
    }
  });
}

/** Forgets them: nothing of the workspace is left. */
export function forgetEvents({ eventsFile }: AgentPlaces): void {
  rmSync(eventsFile, { force: true });
}

/** Returns the event of a command that began or ended. */
export function statusChanged(id: string, status: AgentStatus, workflow: string | null): WorkspaceEvent {
  return { type: 'workspace.status-changed', id, status, workflow };
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'somebody');
  }
}
