import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  statfsSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';

import { reflinkDisk } from '@workflow-platform/testkit';

import { agentPlaces, makeStateFolder } from './agent-places.ts';
import { copyBundle } from './copy-bundle.ts';
import { hashBundle } from './hash-bundle.ts';
import { toolsVersionIn, updateTools } from './tool-copy.ts';

const EXAMPLE = {
  'agents.just': 'a:\n',
  'rules/one.md': 'be kind\n',
  'scripts/go.sh': 'echo hi\n',
  'AGENTS.md': 'Read rules.\n',
};
const EXAMPLE_HASH = '81240278b9e3ea2c2595c4ebf0e5df65c64f1152729b4cce8f57f57a542f4fad';

test('a bundle with a file in each entry has the hash of the first worked example', () => {
  assert.equal(hashBundle(makeSource(EXAMPLE)), EXAMPLE_HASH);
});

test('files are in code point order component by component, as in the second worked example', () => {
  const { 'rules/one.md': _, ...others } = EXAMPLE;
  const rules = ['rules/😀', 'rules/Ａ', 'rules/a.md', 'rules/a-b/x', 'rules/a/x', 'rules/B.md'];
  const source = makeSource({ ...others, ...Object.fromEntries(rules.map((path) => [path, path])) });
  assert.equal(hashBundle(source), '43b690d2b149e43978dc76801c04eb1e5a0d69731e83c3b35b4a9516077e8e1c');
});

test('modes, times, empty folders and what is in no entry leave the hash alone; hidden files do not', () => {
  const source = makeSource({ ...EXAMPLE, 'README.md': 'no entry\n' });
  chmodSync(join(source, 'scripts/go.sh'), 0o755);
  utimesSync(join(source, 'AGENTS.md'), 1, 1);
  mkdirSync(join(source, 'rules/empty'));
  assert.equal(hashBundle(source), EXAMPLE_HASH);
  writeFileSync(join(source, 'rules/.hidden'), '');
  assert.notEqual(hashBundle(source), EXAMPLE_HASH);
});

test('a link to a file counts under its own path, and an entry that is a link is followed', () => {
  const plain = makeSource({ ...EXAMPLE, 'rules/z.md': 'same\n' });
  const linked = makeSource({ 'agents.just': EXAMPLE['agents.just'], 'AGENTS.md': EXAMPLE['AGENTS.md'], 'else/same': 'same\n' });
  for (const name of ['rules/one.md', 'scripts/go.sh'] as const) write(join(linked, 'else', name), EXAMPLE[name]);
  symlinkSync('else/rules', join(linked, 'rules'));
  symlinkSync('else/scripts', join(linked, 'scripts'));
  symlinkSync('../same', join(linked, 'else/rules/z.md'));
  assert.equal(hashBundle(linked), hashBundle(plain));
});

test('what stands behind a link to a folder is copied as files of its own but does not count', () => {
  const source = makeSource({ ...EXAMPLE, 'common/deep/x.md': 'x\n' });
  symlinkSync('../common', join(source, 'rules/common'));
  const to = makeFolder();
  assert.equal(copyBundle({ from: source, to }), EXAMPLE_HASH);
  assert.equal(readFileSync(join(to, 'rules/common/deep/x.md'), 'utf8'), 'x\n');
  assert.ok(lstatSync(join(to, 'rules/common')).isDirectory());
});

test('a copy keeps modes, times, empty folders and folders that forbid writing', () => {
  const source = makeSource({ ...EXAMPLE, 'rules/closed/a': 'a' });
  mkdirSync(join(source, 'rules/empty'));
  chmodSync(join(source, 'scripts/go.sh'), 0o751);
  utimesSync(join(source, 'scripts/go.sh'), 1_000_000, 1_000_000);
  utimesSync(join(source, 'scripts'), 2_000_000, 2_000_000);
  chmodSync(join(source, 'rules/closed'), 0o555);
  const to = makeFolder();
  const digest = copyBundle({ from: source, to });
  assert.deepEqual(readdirSync(to).sort(), ['.gitignore', '.version', 'AGENTS.md', 'agents.just', 'rules', 'scripts']);
  assert.equal(readFileSync(join(to, '.version'), 'utf8'), `${digest}\n`);
  assert.equal(readFileSync(join(to, '.gitignore'), 'utf8'), '*\n');
  assert.equal(statSync(join(to, 'scripts/go.sh')).mode & 0o7777, 0o751);
  assert.equal(statSync(join(to, 'scripts/go.sh')).mtimeMs, 1_000_000_000);
  assert.equal(statSync(join(to, 'scripts')).mtimeMs, 2_000_000_000);
  assert.equal(statSync(join(to, 'rules/closed')).mode & 0o777, 0o555);
  assert.deepEqual(readdirSync(join(to, 'rules/empty')), []);
});

test('a copy shares its blocks with the source where the file system can, and is the same to the byte', (t) => {
  const disk = reflinkDisk(t);
  if (disk === null) return;
  const [from, to] = [join(disk, 'source'), join(disk, 'copy')];
  for (const [path, content] of Object.entries(EXAMPLE)) write(join(from, path), content);
  write(join(from, 'rules/empty'), '');
  write(join(from, 'rules/large'), 'x'.repeat(20_000_000));
  chmodSync(join(from, 'scripts/go.sh'), 0o555);
  symlinkSync('one.md', join(from, 'rules/link.md'));
  const used = (): number => {
    execFileSync('sync', ['-f', disk]);
    const { blocks, bfree, bsize } = statfsSync(disk);
    return (blocks - bfree) * bsize;
  };
  const before = used();
  mkdirSync(to);
  assert.equal(copyBundle({ from, to }), hashBundle(from));
  assert.ok(used() - before < 2_000_000, `${used() - before} bytes more`);
  assert.ok(readFileSync(join(to, 'rules/large')).equals(readFileSync(join(from, 'rules/large'))));
  assert.ok(lstatSync(join(to, 'rules/link.md')).isFile());
  assert.equal(statSync(join(to, 'scripts/go.sh')).mode & 0o7777, 0o555);
  writeFileSync(join(to, 'rules/large'), 'edited');
  assert.equal(statSync(join(from, 'rules/large')).size, 20_000_000);
});

test('entries that the source does not have are left out of hash and copy', () => {
  const source = makeSource({ 'AGENTS.md': 'Read rules.\n' });
  const to = makeFolder();
  copyBundle({ from: source, to });
  assert.deepEqual(readdirSync(to).sort(), ['.gitignore', '.version', 'AGENTS.md']);
});

test('a source that is not there is refused by name', () => {
  const source = join(makeFolder(), 'nowhere');
  assert.throws(() => hashBundle(source), { code: 'tools-unreadable', message: new RegExp(source) });
});

test('B16: what cannot be read is refused by name, and the copy in the workspace stays whole', async () => {
  const source = makeSource(EXAMPLE);
  const places = makePlaces();
  await updateTools({ source, places, always: false });
  for (const target of ['nowhere', '.']) {
    symlinkSync(target, join(source, 'rules/bad'));
    await assert.rejects(updateTools({ source, places, always: true }), { code: 'tools-unreadable', message: /rules\/bad/ });
    rmSync(join(source, 'rules/bad'));
  }
  assert.equal(toolsVersionIn(places), EXAMPLE_HASH);
  assert.ok(existsSync(join(places.toolsFolder, 'AGENTS.md')));
  assert.deepEqual(readdirSync(join(places.namespaceFolder, '.state')), []);
});

test('a copy of the same version is not touched, unless it is asked for', async () => {
  const source = makeSource(EXAMPLE);
  const places = makePlaces();
  const copied = join(places.toolsFolder, 'AGENTS.md');
  assert.equal(await updateTools({ source, places, always: false }), EXAMPLE_HASH);
  writeFileSync(copied, 'edited');
  await updateTools({ source, places, always: false });
  assert.equal(readFileSync(copied, 'utf8'), 'edited');
  await updateTools({ source, places, always: true });
  assert.equal(readFileSync(copied, 'utf8'), 'Read rules.\n');
});

test('B4: a new copy has no file that left the source, and keeps the metadata file', async () => {
  const source = makeSource(EXAMPLE);
  const places = makePlaces();
  await updateTools({ source, places, always: false });
  writeFileSync(places.metadataFile, '{}');
  rmSync(join(source, 'rules/one.md'));
  const version = await updateTools({ source, places, always: false });
  assert.notEqual(version, EXAMPLE_HASH);
  assert.equal(toolsVersionIn(places), version);
  assert.deepEqual(readdirSync(join(places.toolsFolder, 'rules')), []);
  assert.equal(readFileSync(places.metadataFile, 'utf8'), '{}');
});

test('a swap that a crash interrupted is gone on with, whichever copy is whole', async () => {
  const source = makeSource(EXAMPLE);
  const places = makePlaces();
  write(join(places.oldToolsFolder, '.agent-workflow.json'), 'old');
  write(join(places.freshToolsFolder, 'half'), '');
  await updateTools({ source, places, always: false });
  assert.equal(readFileSync(places.metadataFile, 'utf8'), 'old');

  rmSync(places.toolsFolder, { recursive: true });
  write(join(places.oldToolsFolder, '.agent-workflow.json'), 'old');
  write(join(places.freshToolsFolder, '.agent-workflow.json'), 'new');
  write(join(places.freshToolsFolder, '.version'), `${EXAMPLE_HASH}\n`);
  await updateTools({ source, places, always: false });
  assert.equal(readFileSync(places.metadataFile, 'utf8'), 'new');
  assert.deepEqual(readdirSync(join(places.namespaceFolder, '.state')), []);
});

test('a link in the place of the copy is replaced and not followed', async () => {
  const source = makeSource(EXAMPLE);
  const places = makePlaces();
  const outside = makeFolder();
  write(join(outside, '.version'), `${EXAMPLE_HASH}\n`);
  symlinkSync(outside, places.toolsFolder);
  await updateTools({ source, places, always: false });
  assert.ok(lstatSync(places.toolsFolder).isDirectory());
  assert.deepEqual(readdirSync(outside), ['.version']);
});

function makePlaces() {
  const places = agentPlaces(makeFolder(), 'w1');
  makeStateFolder(places);
  mkdirSync(places.folder);
  return places;
}

function makeSource(files: { readonly [path: string]: string }): string {
  const folder = makeFolder();
  for (const [path, content] of Object.entries(files)) write(join(folder, path), content);
  return folder;
}

function write(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

function makeFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tools-')));
  after(() => {
    process.getBuiltinModule('node:child_process').execFileSync('chmod', ['-R', 'u+rwX', folder]);
    rmSync(folder, { recursive: true });
  });
  return folder;
}
