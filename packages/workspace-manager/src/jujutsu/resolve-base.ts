// Finds the commits that a workspace starts from, and in the same breath the user's settings. Asks only: the user's working
// copy is not recorded.

import { UserError } from '@workflow-platform/events';

import type { Source } from '../find-source.ts';
import type { ProcessResult } from '../run-process.ts';
import { jj, reasonIn } from './jj-program.ts';
import { SETTINGS_TEMPLATE, hasSettingsOf, noteSettings, settingsIn } from './settings.ts';
import type { JujutsuSettings } from './settings.ts';

/** Where a workspace starts. */
export interface JujutsuBase {
  /** Parents of the workspace's change. */
  readonly commits: readonly string[];
  /** True when the current change of the checkout holds edits, as far as they are recorded, that a sibling of it lacks. */
  readonly leavesEdits: boolean;
}

const LOOK = ['--ignore-working-copy', 'log', '--no-graph'] as const;
const ROOT = /^0+$/;
const COMMITS = /^[0-9a-f]{40,}(?:\|[0-9a-f]{40,})*$/;
const SIBLING = 'parents.map(|parent| parent.commit_id()).join("|") ++ " " ++ empty';
const NAMED = 'commit_id ++ " false"';

/** Returns the parents of the checkout's own change, or the one commit that `revset` names; with the settings of the main checkout. */
export async function resolveBase(
  { checkout, root }: Source,
  revset: string | null,
): Promise<{ readonly base: JujutsuBase; readonly settings: JujutsuSettings }> {
  // As `baseText` wrote it: a step's own workspace starts where the run's did, perhaps at a merge.
  if (revset !== null && COMMITS.test(revset) && (revset.includes('|') || hasSettingsOf(root))) {
    return { base: { commits: revset.split('|'), leavesEdits: false }, settings: await settingsIn(root) };
  }
  const read = (answer: ProcessResult): JujutsuBase =>
    revset === null ? siblingIn(answer, checkout) : namedIn(answer, checkout, revset);
  // Another workspace of the repository may have settings of its own.
  const both = checkout === root ? await look(checkout, revset, `${SETTINGS_TEMPLATE} ++ "\\n"`) : null;
  if (both !== null && both.code === 0 && both.stdout !== '') {
    const [, , told = ''] = /^(\S* \S*) (.*)$/m.exec(both.stdout) ?? [];
    return { base: read(both), settings: noteSettings(root, told) };
  }
  const [answer, settings] = await Promise.all([look(checkout, revset, '"\\n"'), settingsIn(root)]);
  return { base: read(answer), settings };
}

/** Returns the revset of a base, by which the same can be had again. */
export function baseText({ commits }: JujutsuBase): string {
  return commits.join('|');
}

function look(checkout: string, revset: string | null, rest: string): Promise<ProcessResult> {
  const template = `--template=${revset === null ? SIBLING : NAMED} ++ " " ++ ${rest}`;
  return jj(checkout, [...LOOK, '--limit=2', `--revisions=${revset ?? '@'}`, template]);
}

function siblingIn(answer: ProcessResult, checkout: string): JujutsuBase {
  const [parents = '', isEmpty] = answer.stdout.split(/[ \n]/);
  if (answer.code !== 0 || parents === '') {
    throw new UserError('workspace-jujutsu-failed', `jj does not say what ${checkout} stands on: ${reasonIn(answer)}`, {
      hint: `look at it with \`jj -R ${checkout} status\``,
    });
  }
  const commits = parents.split('|');
  if (!commits.every((commit) => ROOT.test(commit))) return { commits, leavesEdits: isEmpty !== 'true' };
  throw new UserError('workspace-repository-empty', `${checkout} has no commit to make a workspace from`, {
    hint: 'commit something first (`jj commit`), or use workspace provider `copy`',
  });
}

function namedIn(answer: ProcessResult, checkout: string, revset: string): JujutsuBase {
  if (answer.code !== 0) throw noRevision(checkout, revset, answer);
  const lines = answer.stdout.split('\n').filter((line) => line !== '');
  const commits = lines.map((line) => line.slice(0, line.indexOf(' ')));
  if (commits.length === 1) return { commits, leavesEdits: false };
  throw notFound(checkout, `has ${commits.length === 0 ? 'no revision that matches' : 'several revisions that match'}`, revset);
}

/** Returns the error for a base that `jj` does not know. */
export function noRevision(checkout: string, revset: string, answer: ProcessResult): UserError {
  return notFound(checkout, 'has no revision', revset, revset.trim() === '' ? '' : ` (${reasonIn(answer)})`);
}

function notFound(checkout: string, what: string, revset: string, why = ''): UserError {
  return new UserError('workspace-base-not-found', `${checkout} ${what} \`${revset}\` to make a workspace from${why}`, {
    hint: '`jj log` shows what there is; a base is a revset for exactly one revision',
    exitCode: 2,
  });
}
