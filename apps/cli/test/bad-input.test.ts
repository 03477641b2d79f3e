// What cannot be used ends with a clear message and the right exit code, quickly, and leaves nothing half-made.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createSandbox, type Sandbox } from './program.ts';

let sandbox: Sandbox;
before(() => {
  sandbox = createSandbox();
});
after(() => sandbox.remove());

function refuses(command: string, status: number, message: RegExp): void {
  const result = sandbox.run(command);
  assert.match(result.stderr + result.stdout, message);
  assert.equal(result.status, status, result.stderr);
  assert.doesNotMatch(result.stderr, /^bug/m);
}

test('files that are no workflow text', () => {
  mkdirSync(join(sandbox.folder, 'folder'));
  writeFileSync(join(sandbox.folder, 'binary.toml'), Uint8Array.of(0x69, 0x64, 0x00, 0xff));
  writeFileSync(join(sandbox.folder, 'latin.toml'), Buffer.from('id = "a"\nname = "caf\u00e9"\n', 'latin1'));
  writeFileSync(join(sandbox.folder, 'huge.toml'), '');
  truncateSync(join(sandbox.folder, 'huge.toml'), 50_000_000);
  execFileSync('mkfifo', [join(sandbox.folder, 'pipe.toml')]);
  refuses('workflow run ./missing.toml', 3, /file-not-found.*no workflow file at \.\/missing\.toml/);
  refuses('workflow run ./folder', 3, /no-workflow.*has no workflow\.toml/);
  refuses('workflow run binary.toml', 2, /binary-file.*zero byte at line 1, column 3/);
  refuses('workflow run latin.toml', 2, /invalid-utf8.*byte 0xe9 at line 2, column 12/);
  refuses('workflow run huge.toml', 2, /file-too-large.*47\.7 MiB/);
  refuses('workflow run pipe.toml', 2, /is a named pipe/);
});

test('a bomb of nested tables', () => {
  writeFileSync(join(sandbox.folder, 'arrays.toml'), `id = "a"\nx = ${'['.repeat(200_000)}\n`);
  writeFileSync(join(sandbox.folder, 'tables.toml'), `id = "a"\n[${Array.from({ length: 200_000 }, () => 'a').join('.')}]\n`);
  refuses('workflow validate arrays.toml', 2, /toml-too-deep|unknown-key/);
  refuses('workflow validate tables.toml', 2, /toml-too-deep/);
});

test('a parameter against its pattern, and a pattern that would never end elsewhere', () => {
  sandbox.write(
    'pattern.toml',
    'id = "p"\n[parameters.x]\ntype = "string"\npattern = "^(a+)+$"\n[steps.a]\nrun = "echo ${{ params.x }}"\n',
  );
  refuses(`workflow run pattern.toml --param x=${'a'.repeat(60)}!`, 2, /param-pattern/);
});

test('missing requirements are named all at once', () => {
  sandbox.write(
    'needs.toml',
    'id = "n"\n[requirements]\ncommands = ["no-such-tool-1", "no-such-tool-2"]\n[steps.a]\nrun = "touch ran"\n',
  );
  refuses('workflow run needs.toml --in-place', 1, /no-such-tool-1.*[^]*no-such-tool-2.*[^]*nothing was run/);
  assert.equal(sandbox.run('test -e ran').status, 1);
});

test('a state folder that cannot be made', () => {
  sandbox.write('fine.toml', 'id = "f"\n[steps.a]\nrun = "true"\n');
  sandbox.write('not-a-folder', '');
  refuses('XDG_STATE_HOME="$PWD/not-a-folder" workflow run fine.toml', 1, /state-folder.*cannot make/);
  refuses('XDG_STATE_HOME=/proc/nowhere workflow run fine.toml', 1, /state-folder.*cannot make/);
});

test('two runs that want one workspace: the second is refused and the first goes on', () => {
  sandbox.write(
    'one.toml',
    `id = "one"\n[steps.a]\nrun = "touch '${sandbox.folder}/inside'; while ! test -e '${sandbox.folder}/leave'; do sleep 0.05; done"\n`,
  );
  const script = [
    'workflow run one.toml --workspace-id shared > first.txt 2>&1 & first=$!',
    'while ! test -e inside; do sleep 0.05; done',
    'workflow run one.toml --workspace-id shared > second.txt 2>&1; echo "second $?"',
    'touch leave; wait $first; echo "first $?"',
  ].join('\n');
  const { stdout } = sandbox.run(script);
  assert.equal(stdout, 'second 1\nfirst 0\n');
  assert.match(sandbox.run('cat second.txt').stdout, /workspace `shared` is in use by run/);
});

test('a reader that goes away ends nothing', () => {
  sandbox.write('long.toml', 'id = "long"\n[steps.a]\nrun = "seq 200000"\n');
  assert.equal(
    sandbox.run('workflow run long.toml --json | head -n 1 > /dev/null; workflow status @ --json | grep -c \'"succeeded"\'')
      .stdout,
    '2\n',
  );
  assert.equal(sandbox.run('workflow logs @ a | head -n 1').stdout, '1\n');
  assert.equal(sandbox.run('workflow logs @ a | tail -n 1').stdout, '200000\n');
});
