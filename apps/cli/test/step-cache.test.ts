// Workspaces of every kind share what is kept of cached steps, and what was taken counts as the run's own work.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, test } from 'node:test';
import { createSandbox } from './program.ts';

const sandbox = createSandbox();
after(() => sandbox.remove());

const jj = spawnSync('jj', ['--version']).status === 0;

function file(provider: string, more = ''): string {
  return `id = "shared"
[workspace]
provider = "${provider}"
keep = "never"
[steps.build]
run = 'mkdir -p dist/bin; cat src/* > dist/all; printf "#!/bin/sh\\necho tool\\n" > dist/bin/tool; chmod +x dist/bin/tool'
cache = { inputs = ["src/**"], outputs = ["dist/**"] }
${more}
[steps.use]
needs = ["build"]
run = "dist/bin/tool; cat dist/all"
`;
}

/** Runs a file and returns what the cache had for the step, in order of the events. */
function runsOf(path: string, flags = ''): readonly string[] {
  const { stdout, status } = sandbox.run(`workflow run ./${path} --json ${flags}`);
  assert.equal(status, 0, stdout);
  return [...stdout.matchAll(/"type":"step\.cache-([a-z-]+)"/g)].map(([, kind = '']) => kind);
}

sandbox.write('src/a', 'from a\n');
sandbox.write('.gitignore', 'ignored\n');
for (const provider of ['git', 'copy', 'jj', 'none']) sandbox.write(`${provider}.toml`, file(provider));
sandbox.run('git init -q && git add . && git commit -qm start');

test('a git worktree makes a result that a copy and the checkout itself take, and that is work of the run', () => {
  assert.deepEqual(runsOf('git.toml'), ['missed', 'stored']);
  assert.deepEqual(runsOf('copy.toml'), ['hit']);
  assert.equal(sandbox.run('workflow logs @ use').stdout, 'tool\nfrom a\n');
  assert.match(sandbox.run('workflow diff @').stdout, /dist\/all/);
  assert.deepEqual(runsOf('git.toml'), ['hit']);
  assert.match(sandbox.run('workflow diff @').stdout, /\+from a/);
  assert.deepEqual(runsOf('none.toml'), ['hit']);
  assert.equal(sandbox.run('dist/bin/tool').stdout, 'tool\n');
});

test('a Jujutsu workspace takes it too, and the step gets its change', { skip: !jj && 'needs jj' }, () => {
  sandbox.run('rm -rf dist; jj git init --colocate 2>/dev/null');
  assert.deepEqual(runsOf('jj.toml'), ['hit']);
  assert.match(sandbox.run('workflow diff @ build').stdout, /dist\/all/);
  assert.equal(sandbox.run('workflow logs @ use').stdout, 'tool\nfrom a\n');
});

test('`--no-cache` goes down into runs within the run', () => {
  sandbox.write('inner.toml', file('copy').replace('"shared"', '"inner"'));
  sandbox.write(
    'outer.toml',
    'id = "outer"\n[workspace]\nprovider = "copy"\nkeep = "never"\n[steps.inner]\nuses = "./inner.toml"\n',
  );
  const inner = (flags: string): string => {
    const { status } = sandbox.run(`workflow run ./outer.toml ${flags}`);
    assert.equal(status, 0);
    const runs = JSON.parse(sandbox.run('workflow status --json --workflow inner').stdout) as readonly { readonly id: string }[];
    const view = JSON.parse(sandbox.run(`workflow status ${runs[0]!.id} --json`).stdout) as {
      readonly steps: readonly { readonly id: string; readonly cache: { readonly missed: string | null } | null }[];
    };
    return String(view.steps.find(({ id }) => id === 'build')?.cache?.missed);
  };
  assert.equal(inner(''), 'null');
  assert.equal(inner('--no-cache'), 'not-asked');
});

test('twenty runs at once with the same key all succeed, and one entry stays', () => {
  sandbox.run('workflow cache clear');
  const { status } = sandbox.run(
    'for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do workflow run ./copy.toml >/dev/null 2>&1 || touch failed & done; wait; [ ! -e failed ]',
  );
  assert.equal(status, 0);
  const entries = JSON.parse(sandbox.run('workflow cache list --json').stdout) as readonly { readonly step: string }[];
  assert.deepEqual(
    entries.map(({ step }) => step),
    ['build'],
  );
  assert.deepEqual(runsOf('copy.toml'), ['hit']);
});
