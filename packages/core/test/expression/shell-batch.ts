// Runs many small scripts in one process of a real shell, each in a subshell with its own variables.
// Not here: the scripts (script-words.property.test.ts, script-attacks.property.test.ts).

import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface ShellCase {
  readonly script: string;
  readonly variables: { readonly [name: string]: string };
}

/** Returns the shells of this machine, by the name that `shell` has in a workflow. */
export function shellsHere(): { name: 'sh' | 'bash'; path: string }[] {
  const shells: { name: 'sh' | 'bash'; paths: string[] }[] = [
    { name: 'sh', paths: ['/bin/dash', '/usr/bin/dash'] },
    { name: 'sh', paths: ['/bin/sh', '/usr/bin/sh'] },
    { name: 'bash', paths: ['/bin/bash', '/usr/bin/bash', '/usr/local/bin/bash', '/opt/homebrew/bin/bash'] },
  ];
  return shells.flatMap(({ name, paths }) => {
    const path = paths.find((each) => existsSync(each));
    return path === undefined ? [] : [{ name, path }];
  });
}

/**
 * Runs the cases and returns what each wrote. `probe` prints how many arguments it has and each of them, ended by NUL. No other
 * command but builtins is found, and no file can be made, so that no case sees what another left. A case that does not parse ends
 * its own subshell only, as each is handed to `eval`.
 */
export function runShellBatch(shell: string, cases: readonly ShellCase[]): { stdout: string; stderr: string }[] {
  const folder = mkdtempSync(join(tmpdir(), 'workflow-shell-'));
  try {
    const file = join(folder, 'driver');
    const driver = [
      'probe() { printf \'%s\\0\' "$#" "$@"; }',
      `PATH=${quote(folder)}`,
      // Not even root makes files in there.
      `cd ${existsSync('/proc/self') ? '/proc/self' : quote(folder)}`,
      ...cases.map(({ script, variables }) => {
        const exports = Object.entries(variables).map(([name, value]) => `export ${name}=${quote(value)}`);
        return `( ${exports.join('; ')}${exports.length > 0 ? '; ' : ''}eval ${quote(script)} ) </dev/null\nprintf '${SEPARATOR}'; printf '${SEPARATOR}' >&2`;
      }),
      '',
    ].join('\n');
    writeFileSync(file, driver);
    chmodSync(folder, 0o500);
    const run = spawnSync(shell, [file], { encoding: 'utf8', maxBuffer: 1 << 28, env: { LC_ALL: 'C.UTF-8' } });
    const stdout = run.stdout.split(SEPARATOR);
    const stderr = run.stderr.split(SEPARATOR);
    if (stdout.length !== cases.length + 1) throw new Error(`the batch ended early: ${run.stderr.slice(-500)}`);
    return cases.map((_, at) => ({ stdout: stdout[at] ?? '', stderr: stderr[at] ?? '' }));
  } finally {
    chmodSync(folder, 0o700);
    rmSync(folder, { recursive: true, force: true });
  }
}

const SEPARATOR = '=== next case ===';

/** Written again here, so that a mistake in the product's quoting can't hide itself. */
function quote(text: string): string {
  return `'${text.split("'").join(`'"'"'`)}'`;
}
