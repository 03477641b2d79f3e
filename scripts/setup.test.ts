// The program at the root stands for the installed one: from any folder, and through a link.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'workflow-link-'));
after(() => rmSync(folder, { recursive: true }));
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

test('./workflow answers from another folder', () => {
  assert.match(
    execFileSync(join(root, 'workflow'), ['--version'], { cwd: '/', encoding: 'utf8' }),
    new RegExp(version.replaceAll('.', '\\.')),
  );
});

test('./workflow answers through a chain of links', () => {
  symlinkSync(join(root, 'workflow'), join(folder, 'first'));
  symlinkSync('first', join(folder, 'second'));
  assert.match(
    execFileSync(join(folder, 'second'), ['--version'], { cwd: folder, encoding: 'utf8' }),
    new RegExp(version.replaceAll('.', '\\.')),
  );
});
