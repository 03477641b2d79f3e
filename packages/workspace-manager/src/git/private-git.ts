// A git directory of our own that stands beside a worktree and shares the objects of its repository. What a step may have
// written into the repository's settings (filters, file system monitors, hooks, aliases) does not count there, so git can look
// at a tree and record it without starting any program that a step has named.
// Not here: what is asked from there (save-commit.ts, work/).

import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { readRegularFile } from '../regular-file.ts';
import { runProcess } from '../run-process.ts';
import type { ProcessRequest, ProcessResult } from '../run-process.ts';
import { bringIndex } from './bring-index.ts';

/** Which worktree of which repository. */
export interface PrivateGitRequest {
  /** The `.git` folder that all worktrees of the repository share. */
  readonly commonDir: string;
  readonly workTree: string;
  /** Commit that HEAD stands for. */
  readonly head: string;
  /** Index to begin with, so that files which did not change are not read again; null reads HEAD's tree. */
  readonly index: string | null;
  /** False for who compares commits only. Default true. */
  readonly needsIndex?: boolean;
}

/** Asks git about the worktree. */
export type AskGit = (
  args: readonly string[],
  options?: Pick<ProcessRequest, 'stdin' | 'stdoutMax' | 'encoding'>,
) => Promise<ProcessResult>;

// How files are kept, as the repository says; nothing of this starts a program.
const KEPT_SETTINGS =
  '^(core\\.(autocrlf|eol|ignorecase|symlinks|filemode|precomposeunicode|safecrlf|bigfilethreshold)|extensions\\.objectformat)$';

/** Makes the directory, lets `use` ask, and deletes it. */
export async function withPrivateGit<T>(request: PrivateGitRequest, use: (git: AskGit) => Promise<T>): Promise<T> {
  const gitDir = mkdtempSync(join(tmpdir(), 'workflow-git-'));
  try {
    await fill(gitDir, request);
    const at = [`--git-dir=${gitDir}`, `--work-tree=${request.workTree}`] as const;
    const git: AskGit = (args, options = {}) =>
      runProcess({ argv: ['git', ...at, ...OURS, ...args], cwd: request.workTree, ...options });
    if (request.needsIndex !== false && !existsSync(join(gitDir, 'index'))) await git(['read-tree', request.head]);
    return await use(git);
  } finally {
    rmSync(gitDir, { recursive: true, force: true });
  }
}

// Also against the user's own settings where they would change what our commands mean.
const OURS = [
  '-c',
  'core.hooksPath=/dev/null',
  '-c',
  'core.fsmonitor=false',
  '-c',
  'advice.addEmbeddedRepo=false',
  '-c',
  'core.quotePath=false',
  '-c',
  'core.pager=cat',
  '-c',
  'commit.gpgSign=false',
  '-c',
  'user.name=workflow',
  '-c',
  'user.email=workflow@localhost',
] as const;

async function fill(gitDir: string, { commonDir, workTree, head, index }: PrivateGitRequest): Promise<void> {
  mkdirSync(join(gitDir, 'refs'));
  mkdirSync(join(gitDir, 'info'));
  symlinkSync(join(commonDir, 'objects'), join(gitDir, 'objects'));
  writeFileSync(join(gitDir, 'HEAD'), `${head}\n`);
  const exclude = readRegularFile(join(commonDir, 'info', 'exclude'), 'latin1');
  if (exclude !== null) writeFileSync(join(gitDir, 'info', 'exclude'), exclude, 'latin1');
  writeFileSync(join(gitDir, 'config'), await settingsOf(commonDir));
  if (index !== null) await bringIndex({ from: index, to: join(gitDir, 'index'), workTree });
}

async function settingsOf(commonDir: string): Promise<string> {
  const file = join(commonDir, 'config');
  const { stdout } = await runProcess({
    argv: ['git', 'config', '--file', file, '-z', '--get-regexp', KEPT_SETTINGS],
    cwd: commonDir,
  });
  const settings = stdout
    .split('\0')
    .filter((entry) => entry !== '')
    .map((entry) => entry.split('\n', 2) as [string, string?]);
  const isSha256 = settings.some(([name]) => name === 'extensions.objectformat');
  const lines = ['[core]', '\tbare = false', `\trepositoryformatversion = ${isSha256 ? 1 : 0}`];
  for (const [name, value = 'true'] of settings) {
    const [section = '', key = ''] = name.split('.');
    lines.push(`[${section}]`, `\t${key} = ${JSON.stringify(value)}`);
  }
  return `${lines.join('\n')}\n`;
}
