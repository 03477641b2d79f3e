// Makes what workspaces are made from in the benchmarks: repositories of many small files.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What workspaces are made from; `jj-git` is a Jujutsu repository that shares its folder with git. */
export type SourceKind = 'git' | 'copy' | 'jj' | 'jj-git';

const FILES_PER_FOLDER = 100;

/** Says whether there is a `jj`; prints that there is none. */
export function hasJujutsu(): boolean {
  if (spawnSync('jj', ['--version']).status === 0) return true;
  process.stdout.write('(no `jj` on PATH: without Jujutsu)\n');
  return false;
}

/** Makes a source with so many files of 2 to 4 KB, all of them committed where there is version control; returns its folder. */
export function makeSource(folder: string, kind: SourceKind, files: number): string {
  for (let i = 0; i < files; i++) {
    const inside = join(folder, `area-${Math.floor(i / FILES_PER_FOLDER / 10)}`, `folder-${Math.floor(i / FILES_PER_FOLDER)}`);
    if (i % FILES_PER_FOLDER === 0) mkdirSync(inside, { recursive: true });
    writeFileSync(join(inside, `file-${i}.txt`), `${i}\n`.repeat(600));
  }
  if (kind === 'git') {
    git(folder, 'init', '--quiet');
    git(folder, 'add', '--all');
    git(folder, 'commit', '--quiet', '--message', 'all');
    // So that a bare copy has not twice the files.
    git(folder, 'gc', '--quiet');
  } else if (kind !== 'copy') {
    execFileSync('jj', ['git', 'init', kind === 'jj' ? '--no-colocate' : '--colocate', folder], { stdio: 'ignore' });
    execFileSync('jj', ['-R', folder, 'commit', '--message', 'all'], { stdio: 'ignore' });
    const store = join(folder, kind === 'jj' ? '.jj/repo/store/git' : '.git');
    execFileSync('git', ['--git-dir', store, 'gc', '--quiet'], { stdio: 'ignore' });
  }
  return folder;
}

function git(folder: string, ...args: string[]): void {
  // So many new objects would have git tidy up in the background, too.
  const settings = ['user.name=Bench', 'user.email=b@example.org', 'maintenance.auto=false'].flatMap((setting) => [
    '-c',
    setting,
  ]);
  execFileSync('git', [...settings, ...args], { cwd: folder, stdio: 'ignore' });
}
