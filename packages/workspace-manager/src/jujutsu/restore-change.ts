// Finds where a workspace begins so that the changes its run left go on: a new change on top of them, as they are never rewritten
// by us. So it does not matter who has built upon them, whether they became immutable, or when we are killed.
//
//   there as saved, or described or squashed by the user ──▶ on top of them
//   taken elsewhere (rebased, divergent)                 ──▶ what they held, as a new change on the old base
//   abandoned, or collected                              ──▶ gone
//
// Not here: making the workspace (providers/jujutsu-workspace.ts).

import { UserError } from '@workflow-platform/events';

import type { Run } from '../run-process.ts';
import type { KeptWork } from '../work/work.ts';
import { logOf } from './change-work.ts';
import { jj, reasonIn } from './jj-program.ts';

/** Where the kept changes are. */
export type KeptChange =
  | { readonly kind: 'there'; readonly tip: string; readonly base: string }
  | { readonly kind: 'moved'; readonly base: string }
  | { readonly kind: 'gone' };

const ONE_A_LINE = 'commit_id ++ "\\n"';

/** Finds them; `place` is a folder from which to ask. */
export async function findKeptChange(place: string, { revision, name, base }: KeptWork): Promise<KeptChange> {
  if (base === null) return { kind: 'gone' };
  try {
    const saved = await idsIn(place, `(${base})..${revision}`);
    const [hidden] = await logOf(place, revision, 'hidden ++ "\\n"');
    if (hidden === 'false') return { kind: 'there', tip: revision, base };
    const tips = await logOf(place, `change_id(${name})`, ONE_A_LINE);
    const [tip] = tips;
    if (tip === undefined) return { kind: 'gone' };
    const now = tips.length > 1 ? null : await idsIn(place, `(${base})..${tip}`);
    // Somebody else's changes between the base and it are no work of the run.
    const isInPlace = now !== null && [...now].every((id) => saved.has(id));
    return isInPlace ? { kind: 'there', tip, base } : { kind: 'moved', base };
  } catch (cause) {
    if (cause instanceof UserError && cause.code === 'jujutsu-failed') return { kind: 'gone' };
    throw cause;
  }
}

/** Makes a change of its own of what was saved, in a workspace that stands on the base. Returns what the user should know. */
export async function restoreContent(
  { revision, name }: KeptWork,
  at: { readonly id: string; readonly site: string; readonly author: readonly string[]; readonly run: Run },
): Promise<readonly string[]> {
  const { id, site, author, run } = at;
  for (const args of [
    ['restore', `--from=${revision}`],
    ['commit', `--message=workspace ${id}`],
  ]) {
    const done = await jj(site, [...author, ...args], { run });
    if (done.code === 0) continue;
    throw new UserError('work-not-restored', `jj cannot bring the kept work back into ${site}: ${reasonIn(done)}`, {
      hint: 'it is still kept; `workflow apply` brings it into your checkout',
    });
  }
  return [`change ${name.slice(0, 12)} was taken elsewhere: the workspace has what the run had left as a change of its own`];
}

async function idsIn(place: string, revset: string): Promise<ReadonlySet<string>> {
  return new Set(await logOf(place, revset, 'change_id ++ "\\n"'));
}
