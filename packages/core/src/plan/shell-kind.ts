// Which grammar a step's `shell` stands for.
// Not here: how the interpreter is started (executor).

import type { ShellKind } from './shell-syntax.ts';

const kinds: ReadonlyMap<string, ShellKind> = new Map<string, ShellKind>([
  ['sh', 'posix'],
  ['dash', 'posix'],
  ['ash', 'posix'],
  ['bash', 'bash'],
  ['ksh', 'ksh'],
  ['ksh93', 'ksh'],
  ['mksh', 'ksh'],
  ['zsh', 'zsh'],
]);

/** Returns the grammar of `sh`, `/bin/bash -e`, `env bash`, `busybox sh` …, or null for another language. */
export function shellKind(shell: string): ShellKind | null {
  return kinds.get(programOf(shell)) ?? null;
}

/** Returns the name of the interpreter without folder, launcher and options: `python3` of `/usr/bin/env python3 -u`. */
export function programOf(shell: string): string {
  for (const word of shell.trim().split(/\s+/)) {
    const name = word.slice(word.lastIndexOf('/') + 1);
    if (!['env', 'busybox', 'command', 'exec'].includes(name) && !word.startsWith('-') && !/^\w+=/.test(word)) return name;
  }
  return '';
}
