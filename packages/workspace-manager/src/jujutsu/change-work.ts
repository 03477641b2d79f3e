// Finds what a Jujutsu workspace holds beyond its base: the changes from there to its current one, its files recorded first.
// Not here: what happens to files when others rewrote the change (catch-up.ts).

import { UserError } from '@workflow-platform/events';

import type { MadeWorkspace } from '../providers/provider.ts';
import type { ChangeWork } from '../work/work.ts';
import { askingPlace } from './control.ts';
import { jj, reasonIn } from './jj-program.ts';

/** A workspace of a Jujutsu repository. */
export type JujutsuWorkspace = Pick<MadeWorkspace, 'id' | 'from' | 'folder' | 'base'>;

/** Returns the changes as they are recorded; null when there is nothing in them. */
export async function changeWork({ id, from, folder, base }: JujutsuWorkspace): Promise<ChangeWork | null> {
  const start = await startOf({ id, from, folder, base });
  // An empty change without words is where the next work would go.
  const revset = `heads(((${start})..${quoted(id)}@) ~ (empty() & description(exact:"")))`;
  const found = await logOf(askingPlace(from, folder), revset, 'commit_id ++ " " ++ change_id ++ "\\n"');
  // Of a merge that nobody has written into yet, the merge is what holds it all.
  const lines =
    found.length < 2 ? found : await logOf(askingPlace(from, folder), `${quoted(id)}@`, 'commit_id ++ " " ++ change_id ++ "\\n"');
  const [revision = '', changeId = ''] = (lines[0] ?? '').split(' ');
  return revision === '' ? null : { kind: 'change', revision, changeId, base: start, from };
}

/** The commits that the workspace was made on; of one whose base nobody noted, what it has in common with the main checkout. */
async function startOf({ id, from, folder, base }: JujutsuWorkspace): Promise<string> {
  if (base !== null && base !== '') return base;
  const mine = `${quoted(id)}@`;
  const [fork = ''] = await logOf(
    askingPlace(from, folder),
    `heads(::${mine}- & ::(working_copies() ~ ${mine}))`,
    'commit_id ++ "\\n"',
  );
  return fork === '' ? 'root()' : fork;
}

/** Asks for one line a commit, without recording anything. */
export async function logOf(place: string, revset: string, template: string): Promise<readonly string[]> {
  const look = ['--ignore-working-copy', 'log', '--no-graph', `--revisions=${revset}`, `--template=${template}`];
  const answer = await jj(place, look, { stdoutMax: Infinity });
  if (answer.code === 0) return answer.stdout.split('\n').filter((line) => line !== '');
  throw new UserError('jujutsu-failed', `jj does not tell what \`${revset}\` is in ${place}: ${reasonIn(answer)}`, {
    hint: `look at the repository with \`jj -R ${place} log\``,
  });
}

/** As a string of Jujutsu's languages. */
export function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
