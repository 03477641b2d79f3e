// Programs that fill a workspace and do not come to an end until a test lets them.

import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { delimiter, join } from 'node:path';

import { commitAll, git, writeFile } from './sandbox.ts';
import type { Sandbox } from './sandbox.ts';

/** A program that has been slowed down. */
export interface SlowProgram {
  /** Waits until it is at work; returns its process id. */
  begun(): Promise<number>;
  /** Lets it come to its end. */
  go(): void;
}

/** Has git wait in a filter whenever it checks out `x.slow`, the last file of the source. */
export function slowCheckout(sandbox: Sandbox, options: { readonly ignoresTerm?: boolean } = {}): SlowProgram {
  const { source, folder } = sandbox;
  writeFile(join(source, '.gitattributes'), '*.slow filter=slow\n');
  writeFile(join(source, 'x.slow'), 'content\n');
  commitAll(source);
  const slow = slowScript(folder, 'filter', options.ignoresTerm === true ? "trap '' TERM INT HUP; " : '', 'cat');
  git(source, 'config', 'filter.slow.smudge', `sh '${slow.path}'`);
  return slow;
}

/** Puts a program of this name on PATH that does its work and then waits, when `pattern` (a shell pattern) matches its arguments. */
export function slowProgram({ folder }: Sandbox, name: string, pattern: string): SlowProgram & { readonly path: string } {
  const real = execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim();
  const before = `case "$*" in ${pattern}) '${real}' "$@" || exit ;; *) exec '${real}' "$@" ;; esac; `;
  const slow = slowScript(join(folder, 'bin'), name, before, 'exit');
  return { ...slow, path: [join(folder, 'bin'), process.env['PATH'] ?? ''].join(delimiter) };
}

function slowScript(folder: string, name: string, before: string, after: string): SlowProgram & { readonly path: string } {
  const begun = join(folder, `${name}-begun`);
  mkdirSync(begun, { recursive: true });
  const path = join(folder, name);
  const note = `echo $$ > '${begun}/pid.new'; mv '${begun}/pid.new' '${begun}/pid'`;
  writeFileSync(path, `#!/bin/sh\n${before}${note}; while [ -e '${begun}/pid' ]; do sleep 0.05; done; ${after}\n`);
  chmodSync(path, 0o755);
  return {
    path,
    async begun() {
      const watcher = watch(begun);
      while (!existsSync(join(begun, 'pid'))) await once(watcher, 'change');
      watcher.close();
      return Number(readFileSync(join(begun, 'pid'), 'utf8'));
    },
    go: () => rmSync(join(begun, 'pid'), { force: true }),
  };
}

/** Says whether a process is there and no zombie. */
export function isAlive(pid: number): boolean {
  const [state = ''] = execFileSync('sh', ['-c', `ps -o stat= -p ${pid} || true`], { encoding: 'utf8' }).split('\n');
  return state !== '' && !state.startsWith('Z');
}
