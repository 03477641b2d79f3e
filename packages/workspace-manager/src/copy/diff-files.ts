// Shows how files of a copy differ from what was copied: both sides are put side by side in a folder of their own, for git to
// compare. What the source looks like now stands for what was copied; where it was changed since, that is the other side.

import { copyFileSync, constants, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { UserError } from '@workflow-platform/events';

import { FORMS } from '../git/diff-commit.ts';
import { runProcess } from '../run-process.ts';
import type { DiffOptions, WorkDiff } from '../work/diff-work.ts';
import type { FilesWork } from '../work/work.ts';
import { lookAt, placeOf } from './manifest.ts';

/** Returns the difference. */
export async function diffFiles({ folder, changes, from }: FilesWork, { form, colour }: DiffOptions): Promise<WorkDiff> {
  const files = changes.map(({ path, kind }) => ({ path: Buffer.from(path, 'latin1').toString('utf8'), status: kind }));
  const scratch = mkdtempSync(join(tmpdir(), 'workflow-diff-'));
  try {
    const sides = { a: join(scratch, 'a'), b: join(scratch, 'b') };
    for (const side of Object.values(sides)) mkdirSync(side);
    for (const { path, kind } of changes) {
      if (kind !== 'added') putBeside(from, path, sides.a);
      if (kind !== 'deleted') putBeside(folder, path, sides.b);
    }
    const git = gitBeside(scratch);
    const [before, after] = [await git.treeOf('a'), await git.treeOf('b')];
    const how = ['--no-ext-diff', '--no-textconv', '--find-renames', `--color=${colour ? 'always' : 'never'}`];
    return { text: await git.ask(['diff', ...how, ...FORMS[form], before, after]), files };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function putBeside(folder: string, path: string, side: string): void {
  const look = lookAt(folder, path);
  if (look === null || look.type === 'folder') return;
  if (path.includes('/')) mkdirSync(placeOf(side, path.slice(0, path.lastIndexOf('/'))), { recursive: true });
  const place = placeOf(side, path);
  if (look.type === 'link') symlinkSync(Buffer.from(look.target ?? '', 'latin1'), place);
  else copyFileSync(placeOf(folder, path), place, constants.COPYFILE_FICLONE);
}

/** A repository for one comparison; the user's settings about line ends have no say in it. */
function gitBeside(scratch: string) {
  const gitDir = join(scratch, 'git');
  for (const name of ['', 'objects', 'refs']) mkdirSync(join(gitDir, name));
  writeFileSync(join(gitDir, 'HEAD'), 'ref: refs/heads/none\n');
  const settings = ['core.autocrlf=false', 'core.safecrlf=false', 'core.quotePath=false', 'core.pager=cat'];
  const ask = async (args: readonly string[], env: { readonly [name: string]: string } = {}): Promise<string> => {
    const argv = ['git', `--git-dir=${gitDir}`, ...settings.flatMap((setting) => ['-c', setting]), ...args] as const;
    const { code, stdout, stderr } = await runProcess({ argv: [...argv], cwd: scratch, env, stdoutMax: Infinity });
    if (code === 0) return stdout;
    throw new UserError('diff-failed', `git cannot compare the files: ${stderr.trim().split('\n')[0] ?? ''}`, {});
  };
  const treeOf = async (side: string): Promise<string> => {
    const index = { GIT_INDEX_FILE: join(gitDir, `index-${side}`) };
    const workTree = join(scratch, side);
    await ask(['-C', workTree, `--work-tree=${workTree}`, 'add', '--all', '--force', '.'], index);
    return (await ask(['write-tree'], index)).trim();
  };
  return { ask, treeOf };
}
