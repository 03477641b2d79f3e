// Decides what to do about a workspace that is asked for: make it, take it, or first clear what a crash left. Pure.
// Not here: doing it (workspace-manager.ts).

import { UserError, unreachable } from '@workflow-platform/events';

import type { ReadyRecord, WorkspaceRecord } from './record.ts';
import { foreignFolder, sameFolder } from './workspace-errors.ts';

/** What was found in the place of the workspace. */
export interface ReuseFacts {
  readonly id: string;
  readonly path: string;
  readonly record: WorkspaceRecord | null | 'unreadable';
  readonly folder: 'missing' | 'recorded' | 'other';
  /** What the provider finds wrong with a recorded folder. */
  readonly problem: string | null;
  readonly provider: 'jj' | 'git' | 'copy';
  readonly base: string | null;
}

/** What to do. */
export type ReuseDecision =
  | { readonly kind: 'create' }
  | { readonly kind: 'reuse'; readonly record: ReadyRecord; readonly warnings: readonly string[] }
  /** Clear away a half-made workspace, or what is known of one whose folder is gone; then create. */
  | { readonly kind: 'take-back'; readonly record: WorkspaceRecord }
  /** Go on removing; then create. */
  | { readonly kind: 'finish-removal'; readonly record: WorkspaceRecord };

/** Decides; throws a UserError rather than touch what is not ours. */
export function decideReuse(facts: ReuseFacts): ReuseDecision {
  const { record, folder } = facts;
  if (record === null) {
    if (folder === 'missing') return { kind: 'create' };
    throw foreignFolder(facts.path);
  }
  if (record === 'unreadable') throw foreignFolder(facts.path, 'has a record that cannot be read');
  if (record.id !== facts.id) throw sameFolder(facts.path, record.id);
  switch (record.phase) {
    case 'creating':
      return { kind: 'take-back', record };
    case 'removing':
      return { kind: 'finish-removal', record };
    case 'gone':
      if (folder === 'missing') return { kind: 'create' };
      throw foreignFolder(facts.path);
    case 'ready':
      break;
    default:
      return unreachable(record);
  }
  if (folder === 'missing') return { kind: 'take-back', record };
  if (folder === 'other') throw foreignFolder(facts.path, 'is another folder than the one workflow made');
  if (record.provider !== facts.provider) throw otherProvider(facts, record.provider);
  if (facts.problem !== null) throw broken(facts, facts.problem);
  const ignored = `workspace \`${facts.id}\` is already there and stays as it is: revision \`${facts.base}\` was not checked out`;
  return { kind: 'reuse', record, warnings: facts.base === null ? [] : [ignored] };
}

function otherProvider({ id, provider }: ReuseFacts, made: string): UserError {
  return new UserError(
    'workspace-provider-differs',
    `workspace \`${id}\` was made by provider \`${made}\`, not \`${provider}\``,
    {
      hint: `choose another workspace id, or remove \`${id}\` first`,
    },
  );
}

function broken({ id, path }: ReuseFacts, problem: string): UserError {
  return new UserError('workspace-broken', `workspace \`${id}\` at ${path} cannot be used: ${problem}`, {
    hint: 'save what you need from the folder, then remove the workspace',
  });
}
