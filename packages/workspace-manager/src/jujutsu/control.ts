// The control workspace: an empty folder of ours from which `jj` is asked to add and forget workspaces. There it has no
// working copy to record, so the user's is never touched, and none to be out of step with, so that any number may be added
// at once. Jujutsu has been told to forget it: it is in no list and no log.
// Not here: what is asked from there (the provider).

import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { UserError } from '@workflow-platform/events';

import { jujutsuRepoOf } from '../find-source.ts';
import { removeTree } from '../remove-tree.ts';
import { jj, reasonIn } from './jj-program.ts';

const NAME_PREFIX = 'wf-control-';

/** Which control workspace: the one beside the workspace at `folder`, of the repository whose main checkout is `root`. */
export interface ControlRequest {
  readonly root: string;
  readonly folder: string;
}

const inTheMaking = new Map<string, Promise<string>>();

/** Returns the control workspace, made when it is missing. */
export async function controlWorkspace({ root, folder }: ControlRequest): Promise<string> {
  const control = controlFolder(folder);
  const repo = jujutsuRepoOf(root);
  if (repo === null) throw noRepository(root);
  if (jujutsuRepoOf(control) === repo) return control;
  const making = inTheMaking.get(control) ?? makeControl({ control, root, repo });
  inTheMaking.set(control, making);
  try {
    return await making;
  } finally {
    inTheMaking.delete(control);
  }
}

/** Returns where to ask about workspaces: the control workspace, or the main checkout where there is none (any more). */
export function askingPlace(root: string, folder: string): string {
  const control = controlFolder(folder);
  const repo = jujutsuRepoOf(root);
  return repo !== null && jujutsuRepoOf(control) === repo ? control : root;
}

function controlFolder(folder: string): string {
  return join(dirname(folder), '.jujutsu');
}

async function makeControl({
  control,
  root,
  repo,
}: {
  readonly control: string;
  readonly root: string;
  readonly repo: string;
}): Promise<string> {
  // Of a repository that was in this place before.
  if (existsSync(control)) await removeTree(control);
  const nonce = process.getBuiltinModule('node:crypto').randomBytes(4).toString('hex');
  const fresh = `${control}-${nonce}`;
  mkdirSync(fresh, { mode: 0o700 });
  try {
    await make({ fresh, root, name: `${NAME_PREFIX}${nonce}` });
    renameSync(fresh, control);
  } catch (cause) {
    await removeTree(fresh);
    // Somebody else was quicker.
    if (jujutsuRepoOf(control) !== repo) throw cause;
  }
  return control;
}

async function make({
  fresh,
  root,
  name,
}: {
  readonly fresh: string;
  readonly root: string;
  readonly name: string;
}): Promise<void> {
  // It ends with a complaint that it cannot update a working copy that it ignores, after everything has been done.
  const options = ['--name', name, '--sparse-patterns', 'empty', '--revision', 'root()'];
  const added = await jj(root, ['--ignore-working-copy', '--config=git.colocate=false', 'workspace', 'add', ...options, fresh]);
  const forgotten = await jj(root, ['--ignore-working-copy', 'workspace', 'forget', ...(await leftBehind(root, name))]);
  if (jujutsuRepoOf(fresh) !== null && forgotten.code === 0) return;
  throw new UserError('workspace-jujutsu-failed', `jj cannot add a workspace to ${root}: ${reasonIn(added)}`, {
    hint: `look at the repository with \`jj -R ${root} status\``,
  });
}

function noRepository(root: string): UserError {
  return new UserError('workspace-no-repository', `${root} is no Jujutsu repository`, {
    hint: 'make it one (`jj git init`), or use provider `copy`',
    exitCode: 2,
  });
}

/** The new name, and those of control workspaces whose maker was killed before it could have them forgotten. */
async function leftBehind(root: string, name: string): Promise<readonly string[]> {
  const { stdout } = await jj(root, ['--ignore-working-copy', 'workspace', 'list', '--template', 'name ++ "\\n"']);
  const names = stdout.split('\n').filter((each) => each.startsWith(NAME_PREFIX));
  return [...new Set([name, ...names])];
}
