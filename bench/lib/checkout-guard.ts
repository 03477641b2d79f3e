// Keeps watch over a checkout while workspaces are made from it: somebody works in it, and afterwards it must be just as that
// person left it.

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { lstatSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import type { SourceKind } from './workspace-sources.ts';

const WRITER = join(import.meta.dirname, '../programs/change-files.ts');
/** The folder of a checkout that somebody works in. */
const BUSY_FOLDER = 'busy';

/** A checkout that somebody works in. */
export interface GuardedCheckout {
  /** Ends the work; returns what is not as it should be. */
  end(): Promise<readonly string[]>;
}

/** Has somebody begin to work in a checkout. */
export async function guardCheckout(source: string, kind: SourceKind): Promise<GuardedCheckout> {
  const before = lookAt(source, kind);
  const busy = join(source, BUSY_FOLDER);
  const writer = spawn(process.execPath, [WRITER, busy], { stdio: ['pipe', 'pipe', 'inherit'] });
  let said = '';
  writer.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  await once(writer.stdout, 'data');
  return {
    async end() {
      writer.stdin.end();
      await once(writer, 'close');
      const expected = JSON.parse(said.slice(said.indexOf('\n') + 1)) as { [name: string]: string };
      const after = lookAt(source, kind);
      return [
        ...Object.keys(before).filter((what) => before[what] !== after[what]),
        ...(Object.keys(expected).sort().join() === readdirSync(busy).sort().join() ? [] : ['names of files worked on']),
        ...Object.entries(expected)
          .filter(([name, text]) => readFileSync(join(busy, name), 'utf8') !== text)
          .map(([name]) => name),
      ];
    },
  };
}

/** What must stay as it is. */
function lookAt(source: string, kind: SourceKind): { [what: string]: string } {
  const files = readdirSync(source)
    .filter((name) => !['.git', '.jj', BUSY_FOLDER].includes(name))
    .flatMap((name) => readdirSync(join(source, name), { recursive: true }).map((path) => join(name, String(path))))
    .sort()
    .map((path) => {
      const { ino, size, mtimeMs, mode } = lstatSync(join(source, path));
      return `${path} ${ino} ${size} ${mtimeMs} ${mode}`;
    })
    .join('\n');
  return { 'files that nobody works on': files, ...recorded(source, kind) };
}

function recorded(source: string, kind: SourceKind): { [what: string]: string } {
  const jj = (...args: string[]): string =>
    execFileSync('jj', ['-R', source, '--ignore-working-copy', '--no-pager', ...args], { encoding: 'utf8' });
  switch (kind) {
    case 'copy':
      return {};
    case 'git':
      return { HEAD: readFileSync(join(source, '.git/HEAD'), 'utf8'), index: readFileSync(join(source, '.git/index'), 'hex') };
    case 'jj':
    case 'jj-git': {
      const operations = jj('op', 'log', '--no-graph', '--template=description.first_line() ++ "\\n"');
      const snapshots = operations.split('\n').filter((line) => line.startsWith('snapshot'));
      return {
        'the current change': jj('log', '--no-graph', '-r', 'default@', '-T', 'commit_id'),
        recordings: `${snapshots.length}`,
      };
    }
  }
}
