import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { UserError } from '@workflow-platform/events';
import { findWorkflow, listWorkflows } from './find-workflow.ts';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'find-workflow-')));
after(() => rmSync(root, { recursive: true, force: true }));

const file = (path: string, text: string) => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};
file('repo/.git/HEAD', '');
file('repo/workflow.toml', 'id = "main"\nversion = "1.2.0"\n');
file('repo/workflows/review.toml', 'description = """\n[x]\n"""\nid = "review"\n');
file('repo/workflows/owned.toml', 'id = "ana/ship"\n');
file('repo/workflows/broken.toml', 'id = "broken"\n[steps\n');
file('repo/workflows/review.local.toml', 'id = "never"\n');
file('repo/deep/er/notes.txt', '');
file('repo/deep/workflows/review.toml', 'id = "review"\n');
file('repo/flows/a.toml', 'id = "a"\n');
file('outside/workflow.toml', 'id = "outside"\n');

const repo = join(root, 'repo');

function pathOf(reference: string | null, cwd = repo): string {
  const location = findWorkflow(reference, { cwd });
  return location.kind === 'file' ? location.path.slice(root.length + 1) : location.url;
}

function refusal(reference: string | null, cwd = repo): UserError {
  try {
    findWorkflow(reference, { cwd });
  } catch (error) {
    assert.ok(error instanceof UserError, String(error));
    return error;
  }
  throw new assert.AssertionError({ message: `${reference} was found` });
}

test('finds a file, a folder, an id, and an id with owner or version', () => {
  assert.equal(pathOf('./workflows/review.toml'), 'repo/workflows/review.toml');
  assert.equal(pathOf('flows/a.toml'), 'repo/flows/a.toml');
  assert.equal(pathOf('.'), 'repo/workflow.toml');
  assert.equal(pathOf(join(root, 'outside')), 'outside/workflow.toml');
  assert.equal(pathOf('review'), 'repo/workflows/review.toml');
  assert.equal(pathOf('workflow:review'), 'repo/workflows/review.toml');
  assert.equal(pathOf('ana/ship'), 'repo/workflows/owned.toml');
  assert.equal(pathOf('main@1.2.0'), 'repo/workflow.toml');
  assert.equal(pathOf('broken'), 'repo/workflows/broken.toml');
});

test('without a reference, the nearest workflow.toml upward', () => {
  assert.equal(pathOf(null), 'repo/workflow.toml');
  assert.equal(pathOf(null, join(repo, 'deep/er')), 'repo/workflow.toml');
});

test('of two files with one id the nearer counts', () => {
  assert.equal(pathOf('review', join(repo, 'deep/er')), 'repo/deep/workflows/review.toml');
  assert.deepEqual(
    listWorkflows(repo).map((listing) => listing.id),
    ['main', 'broken', 'ana/ship', 'review'],
  );
});

test('never looks above the repository', () => {
  assert.equal(refusal('outside').code, 'workflow-not-found');
});

test('an unknown id names the nearest, and tells letter case apart', () => {
  assert.equal(refusal('revieww').hint, 'did you mean `review`?');
  assert.equal(refusal('Review').hint, 'did you mean `review`?');
  assert.equal(refusal('owned').hint, 'workflows/owned.toml has the id `ana/ship`');
  assert.match(refusal('nothing-like-it').hint ?? '', /^one of: main, /);
  for (const reference of ['revieww', 'Review', 'main@2.0.0']) assert.equal(refusal(reference).exitCode, 3);
});

test('a missing file, a folder without workflow and an empty folder are not found', () => {
  assert.deepEqual([refusal('./none.toml').code, refusal('./none.toml').exitCode], ['file-not-found', 3]);
  assert.equal(refusal('./workflw.toml').hint, 'did you mean workflow.toml?');
  assert.equal(refusal('./flows').hint, 'name one of its files: a.toml');
  assert.equal(refusal(null, root).code, 'no-workflow');
});

test('a URL is taken apart: pin, protocol, credentials', () => {
  const pin = 'a'.repeat(64);
  assert.deepEqual(findWorkflow(`https://example.org/w.toml#sha256=${pin.toUpperCase()}`, { cwd: repo }), {
    kind: 'url',
    url: 'https://example.org/w.toml',
    pin,
  });
  const url = pathToFileURL(join(repo, 'workflow.toml'));
  assert.deepEqual(findWorkflow(`${url.href}#sha256=${pin}`, { cwd: '/' }), {
    kind: 'file',
    path: join(repo, 'workflow.toml'),
    pin,
  });
  assert.equal(refusal('https://example.org/w.toml#sha256=12').code, 'bad-pin');
  assert.equal(refusal('https://me:secret@example.org/w.toml').code, 'bad-url');
  assert.equal(refusal('http://example.org/w.toml').code, 'bad-url');
  assert.equal(refusal('ftp://example.org/w.toml').code, 'bad-url');
});
