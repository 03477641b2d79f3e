// Repositories and folders to make workspaces from, in a place of their own that is gone after the tests.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after } from 'node:test';

import { acquireLock } from '@workflow-platform/journal';
import { createWorkspaceManager } from '@workflow-platform/workspace-manager';
import type { WorkspaceManager, WorkspaceManagerOptions, WorkspaceRequest } from '@workflow-platform/workspace-manager';

/** A place of its own: a repository or folder `source`, and a root for workspaces. */
export interface Sandbox {
  readonly folder: string;
  readonly source: string;
  readonly root: string;
  manager(options?: Partial<WorkspaceManagerOptions>): WorkspaceManager;
  request(changes?: Partial<WorkspaceRequest>): WorkspaceRequest;
  /** Everything below the workspaces' root but what is kept on purpose: paths relative to a namespace. */
  leftovers(): string[];
}

/** What workspaces are made from and with; `jj-git` is a Jujutsu repository that shares its folder with git. */
export type Kind = 'git' | 'copy' | 'jj' | 'jj-git';

/** Kinds that every provider's tests go through. */
export const KINDS: readonly Kind[] = ['git', 'copy', 'jj', 'jj-git'];

const HAS_JUJUTSU = spawnSync('jj', ['--version']).status === 0;

/** Returns why a kind cannot be tested here, for `skip`. */
export function missingFor(kind: Kind): string | false {
  return kind.startsWith('jj') && !HAS_JUJUTSU ? 'needs `jj` on PATH (sh scripts/get-jj --with-git PREFIX)' : false;
}

/** Returns the provider that makes workspaces of a kind. */
export function providerOf(kind: Kind): 'jj' | 'git' | 'copy' {
  return kind === 'jj-git' ? 'jj' : kind;
}

const FILES = {
  'README.md': 'hello\n',
  'src/a b.txt': 'one\n',
  'src/deep/run.sh': '#!/bin/sh\n',
  '.gitignore': 'ignored/\n.env\n*.tmp\n',
};

// At the end of all, when tests have undone what keeps folders from being deleted.
const folders: string[] = [];
after(() => {
  for (const folder of folders) {
    execFileSync('chmod', ['-R', 'u+rwX', folder]);
    rmSync(folder, { recursive: true });
  }
});

/** Makes a sandbox whose source has a few files, an executable and links among them. */
export function makeSandbox(kind: Kind): Sandbox {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'workspaces-')));
  folders.push(folder);
  const source = join(folder, 'the source');
  const root = join(folder, 'root');
  for (const [path, content] of Object.entries(FILES)) writeFile(join(source, path), content);
  chmodSync(join(source, 'src/deep/run.sh'), 0o755);
  symlinkSync('../README.md', join(source, 'src', 'link'));
  symlinkSync('/etc', join(source, 'elsewhere'));
  if (kind === 'git') commitAll(source);
  if (kind === 'jj' || kind === 'jj-git') {
    jj(source, 'git', 'init', kind === 'jj' ? '--no-colocate' : '--colocate');
    jj(source, 'commit', '--message', 'all');
  }
  return {
    folder,
    source,
    root,
    manager: (options = {}) => createWorkspaceManager({ root, acquireLock, deletionWaitMs: PATIENCE_MS, ...options }),
    request: (changes = {}) => ({
      runId: 'r1',
      id: 'w1',
      from: source,
      provider: providerOf(kind),
      base: null,
      include: [],
      ...changes,
    }),
    leftovers: () =>
      namespaces(root).flatMap((namespace) =>
        entriesOf(namespace, { recursive: true }).filter((path) => !isKept(namespace, path)),
      ),
  };
}

/** How long a removal waits in tests: what it leaves behind is what stays, however busy the machine is. */
export const PATIENCE_MS = 60_000;

/** Writes a file and the folders above it. */
export function writeFile(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

/** Runs git and returns what it prints. */
export function git(cwd: string, ...args: string[]): string {
  const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.org', '-c', 'init.defaultBranch=main'];
  return execFileSync('git', [...identity, ...args], { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}

/** Makes a repository if there is none, commits everything, and returns the commit. */
export function commitAll(cwd: string, message = 'all'): string {
  git(cwd, 'init', '--quiet');
  git(cwd, 'add', '--all');
  git(cwd, 'commit', '--quiet', '--allow-empty', '--message', message);
  return git(cwd, 'rev-parse', 'HEAD');
}

/** Returns the worktrees that git knows beside the main one. */
export function worktrees(source: string): string[] {
  const lines = git(source, 'worktree', 'list', '--porcelain').split('\n');
  return lines
    .filter((line) => line.startsWith('worktree '))
    .map((line) => line.slice('worktree '.length))
    .slice(1);
}

/** Runs Jujutsu and returns what it prints. */
export function jj(cwd: string, ...args: string[]): string {
  const env = { ...process.env, JJ_USER: 'Test', JJ_EMAIL: 'test@example.org' };
  const settings = ['--no-pager', '--color=never'];
  return execFileSync('jj', [...settings, ...args], { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trimEnd();
}

/** Returns the workspaces that the repository knows beside the main one, without recording anything. */
export function registered(kind: Kind, source: string): string[] {
  if (kind === 'git') return worktrees(source);
  if (kind === 'copy') return [];
  const names = jj(source, '--ignore-working-copy', 'workspace', 'list', '--template', 'name ++ "\\n"').split('\n');
  const others = names.filter((name) => name !== 'default');
  if (kind === 'jj-git') assert.equal(worktrees(source).length, others.length);
  return others.map((name) => jj(source, '--ignore-working-copy', 'workspace', 'root', '--name', name));
}

/** Returns what is in a namespace folder, but for the control workspace of Jujutsu. */
export function entriesOf(namespace: string, options: { readonly recursive?: boolean } = {}): string[] {
  const paths = readdirSync(namespace, { recursive: options.recursive ?? false }).map(String);
  return paths.filter((path) => path !== '.jujutsu' && !path.startsWith('.jujutsu/')).sort();
}

/** Waits until nothing in a namespace waits to be deleted any more. */
export async function trashIsGone(namespace: string): Promise<void> {
  const watcher = watch(namespace);
  try {
    while (readdirSync(namespace).some((name) => name.startsWith('.trash-'))) await once(watcher, 'change');
  } finally {
    watcher.close();
  }
}

/** What outlives a workspace: its record, when that says that it is gone, and the files of a copy that differed. */
function isKept(namespace: string, path: string): boolean {
  if (path === '.saved' || path.startsWith('.saved/')) return true;
  if (!/^\.state\/[^/]+\.json$/.test(path)) return false;
  return (JSON.parse(readFileSync(join(namespace, path), 'utf8')) as { phase: string }).phase === 'gone';
}

/** Returns the folders of repositories below the workspaces' root; what begins with a dot there is the manager's own. */
export function namespaces(root: string): string[] {
  try {
    return readdirSync(root)
      .filter((name) => !name.startsWith('.'))
      .map((name) => join(root, name));
  } catch {
    return [];
  }
}
