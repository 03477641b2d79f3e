import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { diffLines } from './diff-lines.ts';

const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 12 });

test('what is shown is in the texts, in their order, and equal texts have nothing to show', () => {
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const shown = diffLines(before, after);
      const removed = shown.filter(({ kind }) => kind === 'removed').length;
      const added = shown.filter(({ kind }) => kind === 'added').length;
      // All that is not shown is in both.
      assert.equal(before.length - removed, after.length - added);
      assert.ok(isSubsequence(textsOf(shown, ['same', 'removed']), before));
      assert.ok(isSubsequence(textsOf(shown, ['same', 'added']), after));
      assert.equal(shown.length === 0, before.join() === after.join() && before.length === after.length);
    }),
  );
});

test('a line that changed stands between those around it', () => {
  const before = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];
  const after = before.with(4, 'five');
  assert.deepEqual(
    diffLines(before, after).map(({ kind, text }) => `${kind} ${text}`),
    ['gap @@ -2 +2 @@', 'same 2', 'same 3', 'same 4', 'removed 5', 'added five', 'same 6', 'same 7', 'same 8'],
  );
});

test('texts that are too long to compare whole are shown from the first difference to the last', () => {
  const before = Array.from({ length: 3000 }, (_, at) => `before ${at}`);
  const after = Array.from({ length: 3000 }, (_, at) => `after ${at}`);
  const shown = diffLines(['first', ...before, 'last'], ['first', ...after, 'last']);
  assert.deepEqual(
    [shown.length, shown[1]?.text, shown[2]?.text, shown.at(-1)?.text],
    [1 + 1 + 3000 + 3000 + 1, 'first', 'before 0', 'last'],
  );
});

function textsOf(shown: ReturnType<typeof diffLines>, kinds: readonly string[]): readonly string[] {
  return shown.filter(({ kind }) => kinds.includes(kind)).map(({ text }) => text);
}

function isSubsequence(part: readonly string[], whole: readonly string[]): boolean {
  let at = 0;
  for (const text of whole) if (part[at] === text) at += 1;
  return at === part.length;
}
