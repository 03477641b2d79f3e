import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TerminalModes } from './terminal-modes.ts';

const ESC = '\u001b';
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

test('what stands on the alternate screen is no text of the main one', () => {
  const modes = new TerminalModes();
  assert.equal(text(modes.push(Buffer.from(`before${ESC}[?1049hdrawn`))), `before`);
  assert.equal(modes.isAlternate, true);
  assert.equal(text(modes.push(Buffer.from(`more${ESC}[?1049lafter`))), 'after');
});

test('sequences are known wherever the output is cut', () => {
  const whole = `a${ESC}[?25l${ESC}[?1049hx${ESC}[?2004h${ESC}[31mred`;
  for (let cut = 1; cut < whole.length; cut += 1) {
    const modes = new TerminalModes();
    const main = [whole.slice(0, cut), whole.slice(cut)].map((part) => text(modes.push(Buffer.from(part, 'latin1')))).join('');
    assert.equal(main, `a${ESC}[?25l`, `cut at ${cut}`);
    assert.equal(modes.enter(), `${ESC}[?1049h${ESC}[H${ESC}[2J${ESC}[?2004h${ESC}[?25l`);
  }
});

test('a window that leaves is put back, and one that nothing was done to keeps all but its colours', () => {
  const modes = new TerminalModes();
  assert.equal(modes.leave(), `${ESC}(B${ESC}[0m`);
  modes.push(Buffer.from(`${ESC}[?1049h${ESC}[?1h${ESC}=${ESC}[?7l${ESC}[?25l${ESC}[>1u${ESC}[2;5r`));
  const undone = modes.leave();
  for (const part of ['[<1u', '>', '[?1l', '[?1049l', '[?7h', '[?25h', '[r']) assert.ok(undone.includes(`${ESC}${part}`), part);
  modes.push(Buffer.from(`${ESC}c`));
  assert.equal(modes.leave(), `${ESC}(B${ESC}[0m`);
});

test('what only looks like a sequence holds nothing back for long', () => {
  const modes = new TerminalModes();
  const long = `${ESC}[${'1;'.repeat(200)}`;
  assert.equal(text(modes.push(Buffer.from(long))), long);
  assert.equal(text(modes.push(Buffer.from('plain'))), 'plain');
});
