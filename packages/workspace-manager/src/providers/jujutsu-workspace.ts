// A workspace as a workspace of a Jujutsu repository: a change of its own, recorded as the steps work, and a sibling of the
// user's current change. Asked from a control workspace, so that the user's working copy is never recorded by us.
// Not here: how `jj` is started (jujutsu/jj-program.ts), what happens to edits when others rewrote the change (jujutsu/catch-up.ts).

import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';

import { UserError, assert } from '@workflow-platform/events';

import { diskFull } from '../disk-full.ts';
import { jujutsuRepoOf } from '../find-source.ts';
import type { Source } from '../find-source.ts';
import { forgetWorktree } from '../git-registry.ts';
import { catchUp } from '../jujutsu/catch-up.ts';
import { askingPlace, controlWorkspace } from '../jujutsu/control.ts';
import { jj, probeJujutsu, reasonIn, settingsIn } from '../jujutsu/jj-program.ts';
import { keepOut } from '../jujutsu/keep-out.ts';
import { forgetOwnConfig } from '../jujutsu/own-config.ts';
import { recordStep, stepDescription } from '../jujutsu/record-step.ts';
import { baseText, resolveBase } from '../jujutsu/resolve-base.ts';
import type { ProcessResult } from '../run-process.ts';
import { specialContentOf } from '../special-content.ts';
import type { EndedStep } from '../workspace-port.ts';
import { countUncommitted, leftOut } from './git-worktree.ts';
import { BuildRaceError } from './provider.ts';
import type { BuildContext, BuildResult, MadeWorkspace, WorkspaceProvider } from './provider.ts';

/** Makes workspaces with Jujutsu. */
export const jujutsuWorkspace: WorkspaceProvider = {
  kind: 'jj',
  buildsInPlace: true,
  check: () => {},
  build,
  keepOut,
  problemOf,
  refresh: catchUp,
  snapshot,
  preserve,
  deregister,
};

async function build(context: BuildContext): Promise<BuildResult> {
  const { source, id, site, run } = context;
  const { root, checkout } = source;
  const isShared = source.kind === 'git';
  const [abilities, base, { author, colocates }, control, uncommitted] = await allOf([
    probeJujutsu(),
    resolveBase(checkout, context.base),
    settingsIn(root),
    controlWorkspace({ root, folder: site }),
    isShared && context.base === null ? countUncommitted(checkout) : 0,
  ]);
  assert(abilities !== null, 'the provider was chosen because there is a `jj`');
  const isColocated = isShared && colocates && abilities.canColocate;
  const colocation = !abilities.knowsColocation ? [] : [isColocated ? '--colocate' : '--no-colocate'];
  const parents = base.commits.map((commit) => `--revision=${commit}`);
  const options = [`--name=${id}`, '--sparse-patterns=full', ...colocation, ...parents];
  const added = await jj(control, [...author, 'workspace', 'add', ...options, '--', site], run);
  if (added.code !== 0) throw explainFailure(added, context);
  const warnings: string[] = [];
  if (uncommitted > 0) warnings.push(leftOut(checkout, uncommitted));
  else if (base.leavesEdits) {
    warnings.push(
      `the current change of ${checkout} has edits; the workspace starts beside it, without them (base = "@" starts from what is recorded of it)`,
    );
  }
  return { base: baseText(base), warnings: [...warnings, ...warnAboutContent(site)] };
}

function warnAboutContent(site: string): readonly string[] {
  const { hasSubmodules, usesLfs } = specialContentOf(site);
  return [
    ...(hasSubmodules ? ['submodules are not in the workspace: Jujutsu leaves them out; provider `git` can have them'] : []),
    ...(usesLfs ? ['files kept with Git LFS are only pointers in the workspace; provider `git` can have them whole'] : []),
  ];
}

function explainFailure(result: ProcessResult, { source, id, site }: BuildContext): Error {
  const { stderr } = result;
  const reason = reasonIn(result);
  if (/already exists/.test(reason) && /[Ww]orkspace named/.test(reason)) {
    return new UserError('workspace-name-taken', `${source.root} has a Jujutsu workspace \`${id}\` already, in another place`, {
      hint: `choose another workspace id, or forget that one (\`jj workspace forget ${id}\`)`,
    });
  }
  if (/No space left on device|Disk quota exceeded/.test(stderr)) return diskFull(site);
  // Colocated workspaces made at once get into each other's way in git's references; all is taken back then.
  if (/packed[- ]ref|sibling of the working copy|could not be obtained|\.lock|Git process failed/i.test(stderr))
    return new BuildRaceError(reason);
  return new UserError('workspace-jujutsu-failed', `jj cannot add a workspace to ${source.root}: ${reason}`, {
    hint: `look at the repository with \`jj -R ${source.root} status\``,
  });
}

/** The folder's `.jj` must point at the repository, and the repository must have a workspace of this name in this place. */
async function problemOf(source: Source, { id, folder, base }: MadeWorkspace): Promise<string | null> {
  if (jujutsuRepoOf(folder) === null) return 'its `.jj` folder is gone or points nowhere';
  if (jujutsuRepoOf(folder) !== jujutsuRepoOf(source.root)) return 'its `.jj` folder points at another repository';
  const place = await registeredPlace(source.root, folder);
  if (place === null) return 'the repository does not know it as a workspace (`jj op log` tells who made it forget)';
  if (place !== folder) return `the repository has its workspace \`${id}\` in ${place}`;
  if (base !== null && !/^0+$/.test(base) && (await standsOnNothing(source.root, folder))) {
    return 'the repository was set back to before the workspace was filled (`jj op log` tells how)';
  }
  return null;
}

async function standsOnNothing(root: string, folder: string): Promise<boolean> {
  const isInitial = 'empty && description == "" && parents.all(|parent| parent.root())';
  const arguments_ = ['--ignore-working-copy', 'log', '--no-graph', `--revisions="${basename(folder)}"@`];
  const { stdout } = await jj(askingPlace(root, folder), [...arguments_, `--template=${isInitial}`]);
  return stdout.trim() === 'true';
}

async function snapshot(workspace: MadeWorkspace, step: EndedStep): Promise<readonly string[]> {
  await refuseStrange(workspace);
  return recordStep(workspace, stepDescription(step));
}

/** Records the edits of the workspace in its change: it stays in the repository when the workspace is gone. */
async function preserve(workspace: MadeWorkspace): Promise<void> {
  const { from, folder, id } = workspace;
  await refuseStrange(workspace);
  await catchUp(workspace);
  // What nobody described is all that will be left of the workspace: it says where it comes from.
  const undescribed = `"${id}"@ & description(exact:"") ~ empty()`;
  await jj(askingPlace(from, folder), ['--ignore-working-copy', 'describe', `--message=workspace ${id}`, '--', undescribed]);
  await forgetOwnConfig(folder);
}

/** Throws when recording would not put the edits into this workspace's change. */
async function refuseStrange(workspace: MadeWorkspace): Promise<void> {
  const { from, folder, id } = workspace;
  const isOurs = jujutsuRepoOf(folder) !== null && jujutsuRepoOf(folder) === jujutsuRepoOf(from);
  if (!isOurs) throw notKept(workspace, 'its `.jj` folder does not point at the repository any more');
  if ((await registeredPlace(from, folder)) !== folder)
    throw notKept(workspace, `${from} does not know workspace \`${id}\` any more`);
}

function notKept({ id, folder }: MadeWorkspace, why: string): UserError {
  return new UserError('workspace-edits-not-kept', `cannot record the edits in workspace \`${id}\` at ${folder}: ${why}`, {
    hint: 'save what you need from the folder and delete it, then remove the workspace again; it was left as it is',
  });
}

/** Has the repository forget the workspace, if it is the one in this folder. Its change is dropped only when it is empty. */
async function deregister(from: string, folder: string): Promise<void> {
  if (jujutsuRepoOf(from) === null) return;
  if ((await registeredPlace(from, folder)) === folder) {
    const answer = await jj(askingPlace(from, folder), ['--ignore-working-copy', 'workspace', 'forget', '--', basename(folder)]);
    if (answer.code !== 0) {
      throw new UserError('workspace-not-forgotten', `jj cannot forget workspace \`${basename(folder)}\`: ${reasonIn(answer)}`, {
        hint: 'removing the workspace again goes on from here',
      });
    }
  }
  if (existsSync(join(from, '.git'))) forgetWorktree(from, folder);
}

/** Returns the folder in which the repository has the workspace of this name; null when it has none or does not know where. */
async function registeredPlace(root: string, folder: string): Promise<string | null> {
  const arguments_ = ['--ignore-working-copy', 'workspace', 'root', `--name=${basename(folder)}`];
  const { code, stdout } = await jj(askingPlace(root, folder), arguments_);
  return code === 0 ? stdout.replace(/\n$/, '') : null;
}

/** As Promise.all; but when one fails the others are waited for first, so that no program of ours is left at work in the repository. */
async function allOf<T extends readonly unknown[] | []>(promises: T): Promise<{ -readonly [P in keyof T]: Awaited<T[P]> }> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}
