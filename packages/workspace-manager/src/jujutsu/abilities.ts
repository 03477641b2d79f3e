// Finds out what the `jj` on PATH can do: it is asked for its help, not judged by its number.
// Not here: remembering it (known-abilities.ts).

import { UserError } from '@workflow-platform/events';

import { runProcess } from '../run-process.ts';
import type { ProcessResult } from '../run-process.ts';
import { knownAbilities } from './known-abilities.ts';

/** What a version of Jujutsu can do. */
export interface JujutsuAbilities {
  /** Adds a workspace in an empty folder, and tells the folder of one by its name. */
  readonly isRecent: boolean;
  /** Knows `--colocate` and `--no-colocate`; older ones never colocate a workspace. */
  readonly knowsColocation: boolean;
}

const GIT_MINOR_MIN = 42;

let abilities: Promise<JujutsuAbilities | null> | null = null;
let git: Promise<boolean> | null = null;

/** Finds out what the `jj` on PATH can do, once for this process; null when there is none. */
export function probeJujutsu(): Promise<JujutsuAbilities | null> {
  abilities ??= knownAbilities({ version: () => ask(['jj', '--version']), probe });
  return abilities;
}

/** Finds out whether the git on PATH is one that Jujutsu can make worktrees with, once for this process. */
export function gitServesJujutsu(): Promise<boolean> {
  git ??= ask(['git', '--version']).then((version) => isNewEnough(version ?? ''));
  return git;
}

async function probe(): Promise<JujutsuAbilities | null> {
  const [add, root] = await Promise.all([ask(['jj', 'workspace', 'add', '--help']), ask(['jj', 'workspace', 'root', '--help'])]);
  if (add === null) return null;
  return {
    isRecent: add.includes('--sparse-patterns') && (root ?? '').includes('--name'),
    knowsColocation: add.includes('--no-colocate'),
  };
}

/** Returns what the program says; null when there is none or it fails. */
async function ask(argv: readonly [string, ...string[]]): Promise<string | null> {
  let result: ProcessResult;
  try {
    result = await runProcess({ argv, cwd: '/' });
  } catch (cause) {
    if (cause instanceof UserError) return null;
    throw cause;
  }
  return result.code === 0 ? result.stdout : null;
}

function isNewEnough(gitVersion: string): boolean {
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(gitVersion) ?? [];
  return Number(major) > 2 || (Number(major) === 2 && Number(minor) >= GIT_MINOR_MIN);
}
