import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { UserError } from '@workflow-platform/events';
import { readBytes } from './read-bytes.ts';

const folder = mkdtempSync(join(tmpdir(), 'read-bytes-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function refusal(path: string): { code: string; exitCode: number; message: string } {
  try {
    readBytes(path, { what: 'workflow file' });
  } catch (error) {
    assert.ok(error instanceof UserError, String(error));
    return { code: error.code, exitCode: error.exitCode, message: error.message };
  }
  throw new assert.AssertionError({ message: `${path} was read` });
}

test('reads a regular file, also an empty one and one through a link', () => {
  writeFileSync(join(folder, 'a.toml'), 'id = "a"\n');
  writeFileSync(join(folder, 'empty.toml'), '');
  symlinkSync('a.toml', join(folder, 'link.toml'));
  assert.equal(readBytes(join(folder, 'a.toml'), { what: 'x' }).toString(), 'id = "a"\n');
  assert.equal(readBytes(join(folder, 'empty.toml'), { what: 'x' }).length, 0);
  assert.equal(readBytes(join(folder, 'link.toml'), { what: 'x' }).toString(), 'id = "a"\n');
});

test('a missing file is not found, and so is one below a file', () => {
  writeFileSync(join(folder, 'plain'), '');
  for (const name of ['none.toml', 'plain/none.toml']) {
    const { code, exitCode } = refusal(join(folder, name));
    assert.deepEqual({ code, exitCode }, { code: 'file-not-found', exitCode: 3 });
  }
});

test('a folder, a named pipe, a device and a loop of links are refused without waiting', () => {
  mkdirSync(join(folder, 'dir'));
  execFileSync('mkfifo', [join(folder, 'fifo')]);
  symlinkSync('loop', join(folder, 'loop'));
  assert.equal(refusal(join(folder, 'dir')).code, 'is-a-directory');
  assert.match(refusal(join(folder, 'fifo')).message, /is a named pipe/);
  assert.match(refusal('/dev/zero').message, /is a device/);
  assert.equal(refusal(join(folder, 'loop')).code, 'link-loop');
  assert.equal(refusal(join(folder, 'dir')).exitCode, 2);
});

test('a file of 50 MB is refused by its size, without being read', () => {
  const path = join(folder, 'large.toml');
  writeFileSync(path, '');
  truncateSync(path, 50_000_000);
  assert.match(refusal(path).message, /47\.7 MiB large; at most 10 MiB/);
});

test('a file that may not be read says so', (t) => {
  const path = join(folder, 'secret.toml');
  writeFileSync(path, '');
  chmodSync(path, 0);
  if (process.getuid?.() === 0) return t.skip('needs a user other than root');
  assert.equal(refusal(path).code, 'permission-denied');
});

test('a file longer than its size says is read to its end', (t) => {
  if (process.platform !== 'linux') return t.skip('needs /proc');
  assert.match(readBytes('/proc/self/status', { what: 'x' }).toString(), /^Name:/);
});
