// Starts `jj` so that neither the user's settings nor what a step wrote change what our commands mean, and finds out what
// this `jj` can do.
// Not here: what it is asked (the other files of this folder).

import { UserError } from '@workflow-platform/events';

import { runProcess } from '../run-process.ts';
import type { ProcessResult, Run } from '../run-process.ts';

/** What a version of Jujutsu can do. */
export interface JujutsuAbilities {
  /** Adds a workspace in an empty folder, and tells the folder of one by its name. */
  readonly isRecent: boolean;
  /** Knows `--colocate` and `--no-colocate`; older ones never colocate a workspace. */
  readonly knowsColocation: boolean;
  /** Knows it and finds a git that it can make worktrees with. */
  readonly canColocate: boolean;
  readonly version: string;
}

// No pager, colour or file system monitor; nothing is signed, because the signing program could be a step's choice by then.
// Every new file is recorded, however large: what is refused would be lost with the workspace.
const OURS = [
  '--no-pager',
  '--color=never',
  '--config=core.fsmonitor=none',
  '--config=fsmonitor.backend=none',
  '--config=signing.behavior=drop',
  '--config=snapshot.max-new-file-size=0',
] as const;

const GIT_MINOR_MIN = 42;

/** Returns the command line of `jj` with our settings. */
export function jjCommand(args: readonly string[]): readonly [string, ...string[]] {
  return ['jj', ...OURS, ...args];
}

/** Runs `jj` to its end. */
export function jj(cwd: string, args: readonly string[], run: Run = runProcess): Promise<ProcessResult> {
  return run({ argv: [...jjCommand(args)], cwd });
}

let abilities: Promise<JujutsuAbilities | null> | null = null;

/** Finds out what the `jj` on PATH can do, once for this process; null when there is none. */
export function probeJujutsu(): Promise<JujutsuAbilities | null> {
  abilities ??= probe();
  return abilities;
}

async function probe(): Promise<JujutsuAbilities | null> {
  const ask = (argv: readonly [string, ...string[]]): Promise<ProcessResult | null> =>
    runProcess({ argv: [...argv], cwd: '/' }).catch((cause: unknown) => {
      if (cause instanceof UserError) return null;
      throw cause;
    });
  const [version, add, root, git] = await Promise.all([
    ask(['jj', '--version']),
    ask(['jj', 'workspace', 'add', '--help']),
    ask(['jj', 'workspace', 'root', '--help']),
    ask(['git', '--version']),
  ]);
  if (version === null || add === null || version.code !== 0 || add.code !== 0) return null;
  const knowsColocation = add.stdout.includes('--no-colocate');
  return {
    isRecent: add.stdout.includes('--sparse-patterns') && (root?.stdout ?? '').includes('--name'),
    knowsColocation,
    canColocate: knowsColocation && isNewEnough(git?.stdout ?? ''),
    version: version.stdout.trim(),
  };
}

function isNewEnough(gitVersion: string): boolean {
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(gitVersion) ?? [];
  return Number(major) > 2 || (Number(major) === 2 && Number(minor) >= GIT_MINOR_MIN);
}

/** What the user has set that matters to us. */
export interface JujutsuSettings {
  /** Arguments that give commits an author where the user has set none. */
  readonly author: readonly string[];
  /** False when the user wants no git worktrees with workspaces. */
  readonly colocates: boolean;
}

const settings = new Map<string, Promise<JujutsuSettings>>();

/** Asks for the settings that hold in a repository's main checkout, once for this process. */
export function settingsIn(root: string): Promise<JujutsuSettings> {
  const known = settings.get(root) ?? askForSettings(root);
  settings.set(root, known);
  return known;
}

async function askForSettings(checkout: string): Promise<JujutsuSettings> {
  const template = '--template=name ++ "=" ++ value ++ "\\n"';
  const { stdout } = await jj(checkout, ['--ignore-working-copy', 'config', 'list', '--include-defaults', template]);
  const lines = new Set(stdout.split('\n'));
  const hasName = [...lines].some((line) => line.startsWith('user.name=') && line !== 'user.name=""');
  return {
    author: hasName ? [] : ['--config=user.name=workflow', '--config=user.email=workflow@localhost'],
    colocates: !lines.has('git.colocate=false'),
  };
}

/** Returns the sentence of `jj` that says why it failed. */
export function reasonIn({ code, stderr }: ProcessResult): string {
  const lines = stderr.trim().split('\n');
  const at = lines.findIndex((line) => START.test(line));
  const line = (lines[at] ?? lines.at(-1) ?? '').replace(START, '');
  // What is said of another program stands on the lines below.
  return (line.endsWith(':') ? `${line} ${lines[at + 1] ?? ''}`.trim() : line) || `exit status ${code}`;
}

const START = /^(?:Error|Internal error|Config error|error): /;
