import assert from 'node:assert/strict';
import { it } from 'node:test';
import { readOutputs } from './read-outputs.ts';

const read = (text: string | Uint8Array) => readOutputs(typeof text === 'string' ? Buffer.from(text) : text);

for (const [title, text, outputs] of [
  ['nothing', '', {}],
  ['lines', 'a=1\nb-c=x = y\n\n_d=\n', { a: '1', 'b-c': 'x = y', _d: '' }],
  ['a last line without a newline', 'a=1', { a: '1' }],
  ['a block of several lines', 'a<<END\none\n\ntwo=2\n END\nEND\nb=1\n', { a: 'one\n\ntwo=2\n END', b: '1' }],
  ['an empty block', 'a<<E\nE\n', { a: '' }],
  ['a value with <<', 'a=x<<y\n', { a: 'x<<y' }],
  ['a value that looks like a block', 'a<<=\n=\n', { a: '' }],
  ['line ends of Windows', 'a=1\r\nb<<E\r\nx\r\nE\r\n', { a: '1', b: 'x\r' }],
  ['the later of two values', 'a=1\na=2\n', { a: '2' }],
  [
    'names that mean something to JavaScript',
    '__proto__=1\nconstructor=2\n',
    Object.assign(Object.create(null), { ['__proto__']: '1', constructor: '2' }),
  ],
  ['text of any script', 'a=é😀\n', { a: 'é😀' }],
] as const) {
  it(`reads ${title}`, () => {
    const result = read(text);
    assert.ok(result.ok);
    assert.deepEqual(Object.entries(result.outputs), Object.entries(outputs));
  });
}

for (const [title, text, problem] of [
  ['a line without =', 'a=1\nhello\n', /line 2 \(`hello`\): it is neither `name=value` nor `name<<END`/],
  ['a name with a space', 'a b=1', /line 1 \(`a b=1`\): it is neither/],
  ['a name that begins with a digit', '1a=1', /the name must be of letters/],
  ['no name', '=1', /the name must be of letters/],
  ['a block that is never closed', 'a<<END\nx\n', /line 1 \(`a<<END`\): the block is never closed by a line `END`/],
  ['a block without a closing word', 'a<<\nx\n', /the word that ends the block is missing/],
  ['a value that is too large', `a=${'x'.repeat(1024 * 1024 + 1)}`, /the output `a` has 1048577 bytes, more than the 1048576/],
  ['bytes that are no UTF-8', Buffer.from([0x61, 0x3d, 0x31, 0x0a, 0x62, 0x3d, 0xff, 0x0a]), /line 2 is not UTF-8/],
  ['a long line, shortened', 'y'.repeat(500), /line 1 \(`y{60}…`\)/],
] as const) {
  it(`refuses ${title}`, () => {
    const result = read(text);
    assert.ok(!result.ok);
    assert.match(result.problem, problem);
  });
}

it('takes a value of exactly 1 MiB', () => {
  assert.ok(read(`a=${'x'.repeat(1024 * 1024)}`).ok);
});
