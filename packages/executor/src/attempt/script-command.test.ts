import assert from 'node:assert/strict';
import { it } from 'node:test';
import { scriptCommand } from './script-command.ts';

for (const [shell, argv] of [
  ['sh', ['sh', '-e', '-c', 'TEXT', 'build']],
  ['bash', ['bash', '-e', '-o', 'pipefail', '-c', 'TEXT', 'build']],
  ['/usr/local/bin/bash', ['/usr/local/bin/bash', '-e', '-o', 'pipefail', '-c', 'TEXT', 'build']],
  ['bash -u', ['bash', '-u', '-c', 'TEXT', 'build']],
  ['python3', ['python3', '-c', 'TEXT']],
  ['python3.12 -u', ['python3.12', '-u', '-c', 'TEXT']],
  ['node', ['node', '-e', 'TEXT']],
] as const) {
  it(`gives the text to ${shell} as an argument`, () => {
    const command = scriptCommand(shell, 'TEXT', 'build');
    assert.equal(command.kind, 'argument');
    assert.deepEqual(command.kind === 'argument' && command.argv, argv);
  });
}

for (const [shell, extension, argv] of [
  ['pwsh', '.ps1', ['pwsh', '-NoProfile', '-File', 'F']],
  ['deno', '.ts', ['deno', 'run', 'F']],
  ['deno run -A', '.ts', ['deno', 'run', '-A', 'F']],
  ['my-interpreter --fast', '', ['my-interpreter', '--fast', 'F']],
] as const) {
  it(`gives the text to ${shell} in a file`, () => {
    const command = scriptCommand(shell, 'TEXT', 'build');
    assert.ok(command.kind === 'file');
    assert.equal(command.extension, extension);
    assert.deepEqual(command.argv('F'), argv);
  });
}

it('gives a text that is too long for an argument in a file', () => {
  const command = scriptCommand('python3', 'x'.repeat(200_000), 'build');
  assert.ok(command.kind === 'file');
  assert.deepEqual(command.argv('F'), ['python3', 'F']);
});
