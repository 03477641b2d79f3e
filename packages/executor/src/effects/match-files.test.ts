import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { matchFiles } from './match-files.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'match-files-')));
after(() => rmSync(folder, { recursive: true, force: true }));
for (const name of ['out/deep', '.hidden', '.git', 'a b']) mkdirSync(join(folder, name), { recursive: true });
for (const name of ['out/a.txt', 'out/deep/b.txt', 'out/c.md', '.hidden/h.txt', '.git/config.txt', 'a b/[x].txt'])
  writeFileSync(join(folder, name), '');
symlinkSync('a.txt', join(folder, 'out/near.txt'));
symlinkSync('nowhere', join(folder, 'out/broken.txt'));
symlinkSync('.', join(folder, 'out/loop'));
symlinkSync('/', join(folder, 'out/root'));

const cases: readonly (readonly [string, readonly string[]])[] = [
  ['out/*.txt', ['out/a.txt', 'out/near.txt']],
  ['out/near.txt', ['out/near.txt']],
  ['**/*.txt', ['.hidden/h.txt', 'a b/[x].txt', 'out/a.txt', 'out/deep/b.txt', 'out/near.txt']],
  ['out/{c.md,deep/*}', ['out/c.md', 'out/deep/b.txt']],
  ['nothing/**', []],
];

for (const [pattern, expected] of cases) {
  test(`${pattern} names ${expected.join(', ') || 'nothing'}`, async () => {
    assert.deepEqual(await matchFiles(pattern, folder), expected);
  });
}
