import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { existingInside, possibleInside } from './inside.ts';

const base = realpathSync(mkdtempSync(join(tmpdir(), 'inside-')));
after(() => rmSync(base, { recursive: true, force: true }));
const folder = join(base, 'ws');
mkdirSync(join(folder, 'sub'), { recursive: true });
mkdirSync(join(base, 'ws-other'));
writeFileSync(join(folder, 'sub', 'file'), '');
writeFileSync(join(base, 'secret'), '');
symlinkSync(base, join(folder, 'out'));
symlinkSync('sub/file', join(folder, 'link'));
symlinkSync(join(base, 'not-yet'), join(folder, 'dangling'));
symlinkSync(folder, join(base, 'ws-link'));

const cases: readonly (readonly [path: string, existing: string | null, possible: string | null])[] = [
  ['sub/file', 'sub/file', 'sub/file'],
  ['.', '.', '.'],
  ['link', 'sub/file', 'sub/file'],
  ['sub/../sub/file', 'sub/file', 'sub/file'],
  ['sub/new/er', null, 'sub/new/er'],
  ['../secret', null, null],
  ['../ws-other', null, null],
  ['../ws/sub', 'sub', 'sub'],
  ['out/secret', null, null],
  ['out/new', null, null],
  ['dangling', null, null],
  ['/etc/passwd', null, null],
  ['a\0b', null, null],
];
for (const [path, existing, possible] of cases) {
  it(`finds ${JSON.stringify(path)} ${possible === null ? 'nowhere' : 'inside'}`, () => {
    assert.equal(existingInside(folder, path), existing === null ? null : join(folder, existing));
    assert.equal(possibleInside(folder, path), possible === null ? null : join(folder, possible));
  });
}

it('takes a folder that is reached by a link as the folder itself', () => {
  assert.equal(existingInside(join(base, 'ws-link'), 'sub/file'), join(folder, 'sub/file'));
  assert.equal(possibleInside(join(base, 'ws-link'), 'new'), join(folder, 'new'));
});
