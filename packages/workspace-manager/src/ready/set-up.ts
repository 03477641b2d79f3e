// Sets a workspace up: runs its script, or copies what the script made for an earlier workspace, and keeps what it made.
// Not here: what is decided about it (decide-setup.ts, decide-kept.ts).

import { mkdirSync } from 'node:fs';

import { UserError } from '@workflow-platform/events';
import type { ReadinessEvent } from '@workflow-platform/events';

import type { Run } from '../run-process.ts';
import type { Checkpoint, SetupRequest } from '../workspace-port.ts';
import { decideKept } from './decide-kept.ts';
import { decideSetup } from './decide-setup.ts';
import { listTree } from './list-tree.ts';
import type { Tree } from './list-tree.ts';
import { runSetup } from './run-setup.ts';
import { setupKey } from './setup-key.ts';
import { copyKept, dropOld, findKept, freshName, keep } from './setup-store.ts';

/** A workspace to be set up. */
export interface SettingUp {
  readonly id: string;
  readonly nonce: string;
  readonly folder: string;
  readonly isNew: boolean;
  readonly setup: SetupRequest;
  /** `setup_key` of the workflow. */
  readonly paths: readonly string[];
  readonly envrcDigest: string | null;
  /** What it runs in, but for its own values. */
  readonly env: NodeJS.ProcessEnv;
  /** Folder of what set-ups made. */
  readonly store: string;
  readonly doneKey: string | null;
  /** Takes note that it is not, or no longer, as it was set up. */
  readonly onBegin: () => void;
  readonly nowMs: () => number;
  readonly run: Run;
  readonly mark: string;
  readonly reached: (checkpoint: Checkpoint) => void;
}

/** How it was done; null for what had been done already. */
export interface SetUp {
  readonly event: Extract<ReadinessEvent, { type: 'workspace.setup-finished' }> | null;
  /** Digest of what it depends on, now that it is done. */
  readonly doneKey: string;
  readonly warnings: readonly string[];
}

/** Does it. Throws a UserError when the script fails. */
export async function setUp(given: SettingUp): Promise<SetUp> {
  const { id, folder, isNew, setup, paths, envrcDigest, store, doneKey, nowMs } = given;
  const inputs = { setup, paths, folder, envrcDigest };
  const key = setupKey(inputs);
  const startMs = nowMs();
  // Without files that it depends on, nobody has said that it does the same each time.
  const kept = isNew && paths.length > 0 ? findKept(store, key, { into: folder, nowMs: startMs }) : null;
  const decision = decideSetup({ key, doneKey, isNew, hasKept: kept !== null });
  if (decision === 'nothing') return { event: null, doneKey: key, warnings: [] };
  given.onBegin();
  const reused = decision === 'copy' && kept !== null;
  let warnings: readonly string[] = [];
  if (reused) await copyKept(kept, folder, given.run);
  else warnings = await runAndKeep(given, key);
  const event = { type: 'workspace.setup-finished', id, key, reused, durationMs: Math.max(0, nowMs() - startMs) } as const;
  // It may have changed the files of its own key.
  return { event, doneKey: setupKey(inputs), warnings };
}

async function runAndKeep(given: SettingUp, key: string): Promise<readonly string[]> {
  const { folder, isNew, paths, reached } = given;
  const isKept = isNew && paths.length > 0;
  const before = isKept ? await listTree(folder) : null;
  await runSetup(given);
  reached('setup-run');
  return before === null ? [] : keepResult(given, key, before);
}

/** Returns what the user should know. That nothing can be kept is no reason to fail. */
async function keepResult(given: SettingUp, key: string, before: Tree): Promise<readonly string[]> {
  const { id, nonce, folder, paths, store, nowMs, run, reached } = given;
  const decision = decideKept({ before, after: await listTree(folder), paths });
  if (decision.kind === 'nothing') return [];
  if (decision.kind === 'leave') return [notKept(decision.why)];
  try {
    mkdirSync(store, { recursive: true, mode: 0o700 });
    const name = freshName(id, nonce);
    await keep(store, key, { ...decision, from: folder, name, run, onCopied: () => reached('setup-copied') });
    await dropOld(store, nowMs());
    return [];
  } catch (cause) {
    if (!(cause instanceof UserError && (cause.code === 'disk-full' || cause.code === 'workspace-copy-failed'))) throw cause;
    return [notKept(cause.message)];
  }
}

function notKept(why: string): string {
  return `what the set-up of the workspace made is not kept for the next one: ${why}`;
}
