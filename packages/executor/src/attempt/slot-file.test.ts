import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSlotFile } from './slot-file.ts';

const header = 'workflow-slot 1 mark 12 345 boot/1\n';

const cases: readonly (readonly [
  title: string,
  text: string,
  begun: readonly number[],
  ends: readonly (readonly [number, object])[],
])[] = [
  ['nothing', '', [], []],
  ['a begin', `${header}mark S 1\n`, [1], []],
  ['an end', `${header}mark S 1\nmark R 1 0\n`, [1], [[1, { kind: 'status', status: 0, bySignal: false }]]],
  ['an end by signal', `${header}mark S 1\nKilled\nmark R 1 137\n`, [1], [[1, { kind: 'status', status: 137, bySignal: true }]]],
  ['a status above 128', `${header}mark S 1\nmark R 1 137\n`, [1], [[1, { kind: 'status', status: 137, bySignal: false }]]],
  [
    'a remark of the one before',
    `${header}mark S 1\nKilled\nmark R 1 137\nmark S 2\nmark R 2 137\n`,
    [1, 2],
    [
      [1, { kind: 'status', status: 137, bySignal: true }],
      [2, { kind: 'status', status: 137, bySignal: false }],
    ],
  ],
  [
    'a file that could not be opened',
    `${header}mark S 1\nno\nmark F 1\nmark R 1 125\n`,
    [1],
    [[1, { kind: 'bad-file', remark: 'no' }]],
  ],
  ['a folder that is not there', `${header}mark S 1\nmark C 1\nmark R 1 125\n`, [1], [[1, { kind: 'bad-folder', remark: '' }]]],
  ['an end that was cut short', `${header}mark S 1\nmark R 1 0`, [1], []],
  ['an end without a status', `${header}mark S 1\nmark R 1\n`, [1], []],
  ['an end with more behind it', `${header}mark S 1\nmark R 1 0mark S 2\n`, [1], []],
  ['lines of another mark', `${header}other S 1\nother R 1 0\n`, [], []],
  ['lines without a header', 'mark S 1\nmark R 1 0\n', [], []],
];

for (const [title, text, begun, ends] of cases) {
  test(`reads ${title}`, () => {
    const record = parseSlotFile(text);
    assert.deepEqual([[...record.begun], [...record.ends]], [begun, ends]);
    assert.deepEqual(
      record.identity,
      text.startsWith('workflow') ? { mark: 'mark', pid: 12, startTime: 345, boot: 'boot/1' } : null,
    );
  });
}
