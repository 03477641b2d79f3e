// A workspace as a workspace of a Jujutsu repository: a change of its own, recorded as the steps work, and a sibling of the
// user's current change. Asked from a control workspace, so that the user's working copy is never recorded by us.
// Not here: how `jj` is started (jujutsu/jj-program.ts), what happens to edits when others rewrote the change (jujutsu/catch-up.ts).

import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';

import { UserError, assert } from '@workflow-platform/events';

import { diskFull } from '../disk-full.ts';
import { jujutsuRepoOf } from '../find-source.ts';
import type { Source } from '../find-source.ts';
import { indexedFiles } from '../git-index.ts';
import { forgetWorktree } from '../git-registry.ts';
import { gitServesJujutsu, probeJujutsu } from '../jujutsu/abilities.ts';
import { catchUp } from '../jujutsu/catch-up.ts';
import { changeWork } from '../jujutsu/change-work.ts';
import { askingPlace, controlWorkspace } from '../jujutsu/control.ts';
import { jj, reasonIn } from '../jujutsu/jj-program.ts';
import { keepOut } from '../jujutsu/keep-out.ts';
import { forgetOwnConfig } from '../jujutsu/own-config.ts';
import { findKeptChange, restoreContent } from '../jujutsu/restore-change.ts';
import { OTHER_NAME, hasOwnName } from '../jujutsu/own-name.ts';
import { recordStep, stepDescription } from '../jujutsu/record-step.ts';
import { baseText, noRevision, resolveBase } from '../jujutsu/resolve-base.ts';
import { settingsIn } from '../jujutsu/settings.ts';
import { refuseSkipped } from '../jujutsu/skipped-paths.ts';
import { standsOnNothing } from '../jujutsu/stands-on-nothing.ts';
import { findObstacles, refusePipes, refuseRepositories } from '../obstacles.ts';
import type { Obstacles } from '../obstacles.ts';
import type { ProcessResult } from '../run-process.ts';
import { specialContentOf } from '../special-content.ts';
import type { KeptWork, Work } from '../work/work.ts';
import type { EndedStep } from '../workspace-port.ts';
import { countUncommitted, leftOut } from './git-worktree.ts';
import { BuildRaceError, keptIsGone } from './provider.ts';
import type { BuildContext, BuildResult, MadeWorkspace, WorkspaceProvider } from './provider.ts';

/** Makes workspaces with Jujutsu. */
export const jujutsuWorkspace: WorkspaceProvider = {
  kind: 'jj',
  buildsInPlace: true,
  check: () => {},
  build,
  keepOut,
  settle: async () => {},
  problemOf,
  refresh: catchUp,
  snapshot,
  work,
  countChanged,
  save,
  collect: () => {},
  keptWork: ({ revision, name, base }, from) => (base === null ? null : { kind: 'change', revision, changeId: name, base, from }),
  deregister,
};

// In a larger checkout git takes longer to look for them than Jujutsu takes to make the workspace: the index that Jujutsu writes
// has git read every file. There only what Jujutsu has recorded is told.
const FILES_LOOKED_AT_MAX = 2000;

async function build(context: BuildContext): Promise<BuildResult> {
  const { source, id, site, run } = context;
  const { checkout, root } = source;
  const isShared = source.kind === 'git';
  const [abilities, { base, settings }, control, hasGit] = await allOf([
    probeJujutsu(),
    resolveBase(source, context.base),
    controlWorkspace({ root, folder: site }),
    isShared && gitServesJujutsu(),
  ]);
  assert(abilities !== null, 'the provider was chosen because there is a `jj`');
  const isLookedAt = isShared && context.base === null && (indexedFiles(checkout) ?? Infinity) <= FILES_LOOKED_AT_MAX;
  const isColocated = hasGit && settings.colocates && abilities.knowsColocation;
  const colocation = !abilities.knowsColocation ? [] : [isColocated ? '--colocate' : '--no-colocate'];
  const found = context.kept === null ? null : await findKeptChange(control, context.kept);
  const commits = found?.kind === 'there' ? [found.tip] : found?.kind === 'moved' ? found.base.split('|') : base.commits;
  const parents = commits.map((commit) => `--revision=${commit}`);
  const options = [`--name=${id}`, '--sparse-patterns=full', ...colocation, ...parents];
  const [added, uncommitted] = await allOf([
    jj(control, [...settings.author, 'workspace', 'add', ...options, '--', site], { run }),
    isLookedAt ? countUncommitted(checkout) : 0,
  ]);
  if (added.code !== 0) throw await explainFailure(added, context);
  const warnings: string[] = [];
  if (uncommitted > 0) warnings.push(leftOut(checkout, uncommitted));
  else if (base.leavesEdits) {
    warnings.push(
      `the current change of ${checkout} has edits; the workspace starts beside it, without them (base = "@" starts from what is recorded of it)`,
    );
  }
  const content = warnAboutContent(site);
  if (context.kept === null || found === null)
    return { base: baseText(base), isRestored: false, warnings: [...warnings, ...content] };
  if (found.kind === 'gone')
    return { base: baseText(base), isRestored: false, warnings: [keptIsGone(context.kept), ...warnings, ...content] };
  const told = found.kind === 'moved' ? await restoreContent(context.kept, { id, site, author: settings.author, run }) : [];
  return { base: found.base, isRestored: true, warnings: [...told, ...content] };
}

function warnAboutContent(site: string): readonly string[] {
  const { hasSubmodules, usesLfs } = specialContentOf(site);
  return [
    ...(hasSubmodules ? ['submodules are not in the workspace: Jujutsu leaves them out; provider `git` can have them'] : []),
    ...(usesLfs ? ['files kept with Git LFS are only pointers in the workspace; provider `git` can have them whole'] : []),
  ];
}

async function explainFailure(result: ProcessResult, { source, id, site, base }: BuildContext): Promise<Error> {
  const { stderr } = result;
  const reason = reasonIn(result);
  if (/already exists/.test(reason) && /[Ww]orkspace named/.test(reason)) {
    if ((await registeredPlace(source.root, site)) === site) {
      // Of a workspace of this name that was removed while the repository was somewhere else.
      await deregister(source.root, site);
      return new BuildRaceError(reason);
    }
    return new UserError('workspace-name-taken', `${source.root} has a Jujutsu workspace \`${id}\` already, in another place`, {
      hint: `choose another workspace id, or forget that one (\`jj workspace forget ${id}\`)`,
    });
  }
  if (/No space left on device|Disk quota exceeded/.test(stderr)) return diskFull(site);
  if (base !== null && /^Revision .* doesn't exist$/.test(reason)) return noRevision(source.checkout, base, result);
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
  if (!(await hasOwnName({ id, folder }))) return OTHER_NAME;
  if (base !== null && !/^0+$/.test(base) && (await standsOnNothing(askingPlace(source.root, folder), id))) {
    return 'the repository was set back to before the workspace was filled (`jj op log` tells how)';
  }
  return null;
}

async function snapshot(workspace: MadeWorkspace, step: EndedStep): Promise<readonly string[]> {
  await refuseStrange(workspace);
  return recordStep(workspace, stepDescription(step));
}

/** Records the edits of the workspace in its change. */
async function work(workspace: MadeWorkspace): Promise<Work | null> {
  await refuseStrange(workspace);
  await catchUp(workspace);
  return changeWork(workspace);
}

/** Counts what is recorded. */
async function countChanged(workspace: MadeWorkspace): Promise<number | null> {
  const held = await changeWork(workspace);
  if (held === null) return 0;
  const arguments_ = ['--ignore-working-copy', 'diff', `--revisions=(${held.base})..${held.revision}`, '--summary'];
  const { code, stdout } = await jj(askingPlace(workspace.from, workspace.folder), arguments_);
  return code === 0 ? stdout.split('\n').length - 1 : null;
}

/** The change stays in the repository when the workspace is gone. */
async function save(workspace: MadeWorkspace): Promise<KeptWork | null> {
  const { from, folder, id } = workspace;
  const [{ author }, obstacles] = await allOf([settingsIn(from), refuseStrange(workspace)]);
  // Jujutsu leaves them out.
  await refuseRepositories(workspace, obstacles);
  // What nobody described is all that will be left of the workspace: it says where it comes from. Asked from inside, the same
  // command records the files first, and does nothing where it cannot.
  const undescribed = `"${id}"@ & description(exact:"") ~ (empty() ~ merges())`;
  const describe = [...author, 'describe', `--message=workspace ${id}`, '--', undescribed];
  const described = await jj(folder, describe);
  refuseSkipped(workspace, described);
  if (described.code !== 0) {
    await catchUp(workspace);
    await jj(askingPlace(from, folder), ['--ignore-working-copy', ...describe]);
  }
  const held = await changeWork(workspace);
  await forgetOwnConfig(folder);
  seenInPlace.add(folder);
  return held === null ? null : { kind: 'change', revision: held.revision, name: held.changeId, base: held.base };
}

/** Throws when recording would not put the edits into this workspace's change. */
async function refuseStrange(workspace: MadeWorkspace): Promise<Obstacles> {
  const { from, folder, id } = workspace;
  const isOurs = jujutsuRepoOf(folder) !== null && jujutsuRepoOf(folder) === jujutsuRepoOf(from);
  if (!isOurs) throw notKept(workspace, 'its `.jj` folder does not point at the repository any more');
  if ((await registeredPlace(from, folder)) !== folder)
    throw notKept(workspace, `${from} does not know workspace \`${id}\` any more`);
  if (!(await hasOwnName(workspace))) throw notKept(workspace, OTHER_NAME);
  const obstacles = await findObstacles(folder);
  refusePipes(workspace, obstacles);
  return obstacles;
}

function notKept({ id, folder }: MadeWorkspace, why: string): UserError {
  return new UserError('workspace-edits-not-kept', `cannot record the edits in workspace \`${id}\` at ${folder}: ${why}`, {
    hint: 'save what you need from the folder and delete it, then remove the workspace again; it was left as it is',
  });
}

/** Folders in which the repository was found to have its workspace, a moment before it is made to forget it. */
const seenInPlace = new Set<string>();

/** Has the repository forget the workspace, if it is the one in this folder. Its change is dropped only when it is empty. */
async function deregister(from: string, folder: string): Promise<void> {
  const isInPlace = seenInPlace.delete(folder);
  if (jujutsuRepoOf(from) === null) return;
  if (isInPlace || (await registeredPlace(from, folder)) === folder) {
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
