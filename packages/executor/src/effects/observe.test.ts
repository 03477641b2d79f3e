import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, it } from 'node:test';
import { look } from './observe.ts';

const base = realpathSync(mkdtempSync(join(tmpdir(), 'observe-')));
after(() => rmSync(base, { recursive: true, force: true }));
const folder = join(base, 'ws');

beforeEach(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'src/deep'), { recursive: true });
  writeFileSync(join(base, 'secret'), 'secret');
  writeFileSync(join(folder, 'src/a.txt'), 'a');
  writeFileSync(join(folder, 'src/deep/b.txt'), 'b');
  symlinkSync(join(base, 'secret'), join(folder, 'leak'));
  symlinkSync('src/a.txt', join(folder, 'near'));
});

it('answers exists for what is inside only', () => {
  for (const [path, answer] of [
    ['src/a.txt', true],
    ['src', true],
    ['near', true],
    ['nothing', false],
    ['leak', false],
    ['../secret', false],
    ['/etc/passwd', false],
    ['', true],
  ] as const) {
    assert.equal(look(folder, `exists:${path}`), answer, path);
  }
});

it('gives the text of files inside, and null for what is none', () => {
  writeFileSync(join(folder, 'bytes'), Buffer.from([0xff]));
  writeFileSync(join(folder, 'large'), Buffer.alloc(1024 * 1024 + 1, 0x61));
  for (const [path, answer] of [
    ['src/a.txt', 'a'],
    ['near', 'a'],
    ['leak', null],
    ['nothing', null],
    ['src', null],
    ['bytes', null],
    ['large', null],
  ] as const) {
    assert.equal(look(folder, `file:${path}`), answer, path);
  }
});

it('takes a path with a colon in it as a path', () => {
  writeFileSync(join(folder, 'a:b'), 'x');
  assert.equal(look(folder, 'file:a:b'), 'x');
});

it('digests a file by its content alone', () => {
  assert.equal(look(folder, 'digest:src/a.txt'), createHash('sha256').update('a').digest('hex'));
  assert.equal(look(folder, 'digest:nothing'), null);
  assert.equal(look(folder, 'digest:leak'), null);
});

it('digests a folder by names and contents, not by times, and leaves version control out', () => {
  const before = look(folder, 'digest:');
  assert.match(String(before), /^[0-9a-f]{64}$/);
  utimesSync(join(folder, 'src/a.txt'), 1, 1);
  mkdirSync(join(folder, '.git'));
  writeFileSync(join(folder, '.git/index'), 'x');
  assert.equal(look(folder, 'digest:'), before);
  renameSync(join(folder, 'src/a.txt'), join(folder, 'src/c.txt'));
  assert.notEqual(look(folder, 'digest:'), before);
  renameSync(join(folder, 'src/c.txt'), join(folder, 'src/a.txt'));
  writeFileSync(join(folder, 'src/deep/b.txt'), 'B');
  assert.notEqual(look(folder, 'digest:'), before);
});
