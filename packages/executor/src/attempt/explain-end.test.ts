import assert from 'node:assert/strict';
import { it } from 'node:test';
import { exitCodeOf, failureOf } from './explain-end.ts';
import type { LaunchEnd } from './launch-request.ts';

const exited = (code: number): LaunchEnd => ({ kind: 'exited', code, durationMs: 1 });

it('has nothing to say of a success', () => {
  assert.equal(
    failureOf(exited(0), 'x', () => ''),
    null,
  );
});

for (const [title, code, tail, hint] of [
  [
    'a program that is not there',
    127,
    'dash: 7: exec: my-tool: not found\n',
    '`my-tool` was not found; is it installed and on the PATH?',
  ],
  [
    'the same from bash',
    127,
    'bash: line 6: exec: my-tool: not found\n',
    '`my-tool` was not found; is it installed and on the PATH?',
  ],
  ['a command of a script', 127, 'build: 1: other: not found\n', 'a command was not found; the log names it'],
  [
    'a file that is no program',
    126,
    'dash: 7: exec: my-tool: Permission denied\n',
    '`my-tool` could not be executed; is it a program, and is its file executable (chmod +x)?',
  ],
  [
    'too many arguments',
    126,
    'dash: 7: exec: my-tool: Argument list too long\n',
    'the arguments and the environment together are larger than the system allows; pass large values by stdin or a file',
  ],
  ['any other status', 3, 'my-tool: not found\n', undefined],
] as const) {
  it(`explains ${title}`, () => {
    const failure = failureOf(exited(code), 'my-tool', () => tail);
    assert.deepEqual(failure, { kind: 'exit', code, ...(hint === undefined ? {} : { hint }) });
  });
}

it('takes a program with any name as it is', () => {
  const failure = failureOf(exited(127), 'a.*(b', () => 'dash: 1: exec: a.*(b: not found\n');
  assert.match(failure?.kind === 'exit' ? (failure.hint ?? '') : '', /^`a\.\*\(b` was not found/);
});

it('tells signals, starts that failed and lost watchers apart', () => {
  const ends: readonly (readonly [LaunchEnd, string, number | null])[] = [
    [{ kind: 'signalled', signal: 'SIGSEGV', code: 139, durationMs: 1 }, 'signal', 139],
    [{ kind: 'not-started', message: 'm' }, 'spawn', null],
    [{ kind: 'unwatched', message: 'm', durationMs: 1 }, 'lost', null],
  ];
  for (const [end, kind, code] of ends) {
    assert.equal(failureOf(end, 'x', () => '')?.kind, kind);
    assert.equal(exitCodeOf(end), code);
  }
});
