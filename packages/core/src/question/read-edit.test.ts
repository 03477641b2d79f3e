import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json } from '../model/json.ts';
import { readQuestion } from './read-question.ts';

function read(files: Json, more: { readonly [name: string]: Json } = {}) {
  const { question, problems } = readQuestion({ message: 'Mend it', files, ...more });
  return { edit: question.edit, problems: problems.map(({ message }) => message) };
}

test('files are a list, or what a step has as output', () => {
  for (const files of [['a.md', 'docs'], '["a.md", "docs"]', 'a.md\n docs \n\n'])
    assert.deepEqual(read(files), { edit: { files: ['a.md', 'docs'], mustChange: false }, problems: [] });
  assert.deepEqual(read(['a', 'a'], { must_change: 'true' }).edit, { files: ['a'], mustChange: true });
  assert.deepEqual(read('${{ steps.a.outputs.files }}').problems, []);
  assert.equal(readQuestion({ message: 'Well?' }).question.edit, null);
});

test('what names no file inside the workspace is told', () => {
  const none = '`files` must name at least one file or folder';
  const table: readonly (readonly [Json, string])[] = [
    [[], none],
    ['', none],
    ['[1]', none],
    ['[', none],
    [3, none],
    [['/etc/passwd'], '`/etc/passwd` in `files`: the path is absolute'],
    [['a/../../b'], '`a/../../b` in `files`: the path leaves its folder by `..`'],
    [Array.from({ length: 201 }, (_, index) => `f${index}`), '`files` names 201 files, and may name 200'],
  ];
  for (const [files, message] of table) assert.deepEqual(read(files).problems, [message]);
});

test('an answer by the time limit changes nothing, so nothing may have to change', () => {
  assert.equal(read(['a'], { must_change: true, on_timeout: 'accept' }).problems.length, 1);
});
