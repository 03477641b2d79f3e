// Brings Jujutsu changes into the working copy of the user: copies of them are made on top of it and, when they go without a
// conflict, squashed into it. The changes themselves stay where they are.
//
// Invariant: until the copies are found to be without conflicts the user's change is not touched, and copies that are not squashed
// are abandoned. `jj undo` takes the squash back.

import { UserError } from '@workflow-platform/events';

import type { ApplyOutcome, ApplyRequest } from '../work/apply-work.ts';
import type { ChangeWork } from '../work/work.ts';
import type { ProcessResult } from '../run-process.ts';
import { logOf } from './change-work.ts';
import { diffRevisions } from './diff-change.ts';
import { jj, reasonIn } from './jj-program.ts';
import { settingsIn } from './settings.ts';

const ASIDE = '--ignore-working-copy';
const ONE_A_LINE = 'commit_id ++ "\\n"';

/** Applies the changes. */
export async function applyChange(work: ChangeWork, { into, isDryRun }: ApplyRequest): Promise<ApplyOutcome> {
  const { checkout } = into;
  const { author } = await settingsIn(work.from);
  // What the user wrote last is recorded before it is looked at.
  must(await jj(checkout, [...author, 'util', 'snapshot']), checkout);
  await refuseConflicted(checkout, work);
  const range = `(${work.base})..${work.revision} ~ empty()`;
  const before = new Set(await logOf(checkout, '@:: ~ @', ONE_A_LINE));
  must(await jj(checkout, [ASIDE, ...author, 'duplicate', range, '--destination', '@']), checkout);
  const copies = (await logOf(checkout, '@:: ~ @', ONE_A_LINE)).filter((commit) => !before.has(commit));
  const [tip] = copies;
  if (tip === undefined) return { kind: 'applied', files: [] };
  const revset = copies.join('|');
  const abandon = (): Promise<ProcessResult> => jj(checkout, [ASIDE, ...author, 'abandon', revset]);
  const inConflict = await logOf(checkout, `(${revset}) & conflicts()`, ONE_A_LINE);
  if (inConflict.length > 0) {
    const files = await conflictsOf(checkout, tip);
    await abandon();
    return { kind: 'conflict', files, why: 'changed there and here since the workspace was made' };
  }
  const { files } = await diffRevisions(checkout, `@..${tip}`, { form: 'patch', colour: false });
  const paths = files.map(({ path }) => path);
  if (isDryRun || paths.length === 0) {
    await abandon();
    return { kind: 'applied', files: paths };
  }
  const from = copies.map((commit) => `--from=${commit}`);
  const squashed = await jj(checkout, [...author, 'squash', ...from, '--into=@', '--use-destination-message']);
  if (squashed.code !== 0) {
    await abandon();
    throw failed(squashed, checkout);
  }
  refuseSkipped(squashed, checkout);
  return { kind: 'applied', files: paths };
}

async function refuseConflicted(checkout: string, { revision }: ChangeWork): Promise<void> {
  const [own] = await logOf(checkout, '@ & conflicts()', ONE_A_LINE);
  if (own !== undefined) {
    throw new UserError('apply-failed', `the working copy of ${checkout} has conflicts already`, {
      hint: 'resolve them first: `jj resolve`',
    });
  }
  const [theirs] = await logOf(checkout, `${revision} & conflicts()`, ONE_A_LINE);
  if (theirs !== undefined) {
    throw new UserError('apply-failed', `the change of the run has conflicts of its own (${revision.slice(0, 12)})`, {
      hint: `resolve them there: \`jj new ${revision.slice(0, 12)}\`, then \`jj resolve\``,
    });
  }
}

/** A line of the list is a path and, some spaces on, what kind of conflict it is. */
async function conflictsOf(checkout: string, commit: string): Promise<readonly string[]> {
  const { stdout } = await jj(checkout, [ASIDE, 'resolve', '--list', `--revision=${commit}`]);
  return stdout.split('\n').flatMap((line) => (line === '' ? [] : [line.replace(/ {2,}.*$/, '')]));
}

/** Jujutsu writes around a file that it ignores; the change has it all the same. */
function refuseSkipped({ stderr }: ProcessResult, checkout: string): void {
  if (!/updates were skipped/.test(stderr)) return;
  throw new UserError('apply-incomplete', `ignored files in ${checkout} are in the way of what was applied`, {
    hint: '`jj status` names them: move them away and `jj restore` them, or take it back with `jj undo`',
  });
}

function must(result: ProcessResult, checkout: string): void {
  if (result.code !== 0) throw failed(result, checkout);
}

function failed(result: ProcessResult, checkout: string): UserError {
  const isStale = /working copy is stale/.test(result.stderr);
  return new UserError('apply-failed', `jj cannot bring the work into ${checkout}: ${reasonIn(result)}`, {
    hint: isStale ? 'bring it in step first: `jj workspace update-stale`' : 'nothing was changed',
  });
}
