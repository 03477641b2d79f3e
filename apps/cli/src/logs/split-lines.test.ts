import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LineSplitter } from './split-lines.ts';

const texts = (splitter: LineSplitter, text: string | Buffer, pieceBytes: number): string[] => {
  const bytes = Buffer.from(text);
  const blocks = [];
  for (let offset = 0; offset < bytes.length; offset += pieceBytes) {
    for (const block of splitter.push(Buffer.from(bytes.subarray(offset, offset + pieceBytes)), offset)) {
      blocks.push({ ...block, bytes: Buffer.from(block.bytes) });
    }
  }
  blocks.push(...splitter.flush());
  // Each block is what stands at its offset.
  for (const block of blocks) assert.deepEqual(bytes.subarray(block.offset, block.offset + block.bytes.length), block.bytes);
  return blocks.map(({ bytes: each }) => each.toString());
};

test('splits lines over pieces, also inside a character', () => {
  for (const pieceBytes of [1, 2, 3, 5, 100]) {
    const lines = texts(new LineSplitter({ dropsRewritten: false }), 'é1\n\né2\nrest€', pieceBytes);
    assert.equal(lines.join(''), 'é1\n\né2\nrest€');
    assert.equal(lines.at(-1), 'rest€');
  }
});

test('a line without end comes in parts, and no character is cut in two', () => {
  for (const pieceBytes of [1, 7, 64]) {
    const lines = texts(new LineSplitter({ dropsRewritten: false, lineBytesMax: 10 }), '€'.repeat(50), pieceBytes);
    assert.equal(lines.join(''), '€'.repeat(50));
    assert.ok(lines.length > 2 || pieceBytes === 64);
  }
});

test('bytes that are no text come in parts all the same', () => {
  const splitter = new LineSplitter({ dropsRewritten: false, lineBytesMax: 10 });
  const bytes = Buffer.alloc(1000, 0x80);
  let count = 0;
  for (let offset = 0; offset < bytes.length; offset += 20) {
    for (const block of splitter.push(bytes.subarray(offset, offset + 20), offset)) count += block.bytes.length;
  }
  for (const block of splitter.flush()) count += block.bytes.length;
  assert.equal(count, 1000);
});

test('of a line that is rewritten without end only the last state is kept', () => {
  const progress = Array.from({ length: 1000 }, (_, percent) => `\r${percent} of 1000`).join('');
  const lines = texts(new LineSplitter({ dropsRewritten: true, lineBytesMax: 40 }), `${progress}\ndone\n`, 16);
  const [first = ''] = lines;
  assert.ok(first.length < 100, `${first.length}`);
  assert.match(lines.join(''), /\r999 of 1000\ndone\n$/);
});
