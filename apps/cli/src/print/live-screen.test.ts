import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLiveScreen } from './live-screen.ts';
import { TerminalModel } from '../../test/terminal-model.ts';

function setUp(columns = 40, rows = 10) {
  const model = new TerminalModel(columns, rows);
  return { model, screen: createLiveScreen(model) };
}

test('draws lines and redraws only what changed', () => {
  const { model, screen } = setUp();
  screen.draw(['one', 'two', 'three']);
  const before = model.written.length;
  screen.draw(['one', 'TWO', 'three']);
  assert.deepEqual(model.screen(), ['one', 'TWO', 'three']);
  assert.doesNotMatch(model.written.slice(before), /one|three/);
  const same = model.written.length;
  screen.draw(['one', 'TWO', 'three']);
  assert.equal(model.written.length, same);
});

test('grows and shrinks without leaving anything behind', () => {
  const { model, screen } = setUp();
  screen.draw(['a']);
  screen.draw(['a', 'b', 'c']);
  assert.deepEqual(model.screen(), ['a', 'b', 'c']);
  screen.draw(['d']);
  assert.deepEqual(model.screen(), ['d']);
  screen.clear();
  assert.deepEqual(model.screen(), []);
});

test('keeps what is printed above', () => {
  const { model, screen } = setUp();
  screen.draw(['status']);
  screen.printAbove('first');
  screen.printAbove('second\n');
  assert.deepEqual(model.screen(), ['first', 'second', 'status']);
});

test('shows no more lines than the terminal has', () => {
  const { model, screen } = setUp(40, 4);
  screen.draw(['1', '2', '3', '4', '5', '6']);
  assert.deepEqual(model.screen(), ['1', '2', '3']);
});

test('finds its first line again after the terminal got narrower', () => {
  const { model, screen } = setUp(20, 10);
  model.write('before\n');
  screen.draw(['x'.repeat(18), 'second']);
  model.resize(10);
  screen.draw(['short', 'second']);
  assert.deepEqual(model.screen(), ['before', 'short', 'second']);
});

test('an echo of the terminal in the last line shifts nothing', () => {
  const { model, screen } = setUp(10, 10);
  screen.draw(['first', 'x'.repeat(10)]);
  model.write('^C');
  screen.clear();
  screen.draw(['first', 'second']);
  assert.deepEqual(model.screen(), ['first', 'second']);
});

test('leaves the last state and a usable terminal when it closes', () => {
  const { model, screen } = setUp();
  screen.draw(['done']);
  assert.equal(model.cursorVisible, false);
  screen.close();
  screen.draw(['never']);
  assert.equal(model.cursorVisible, true);
  assert.equal(model.wraps, true);
  model.write('prompt');
  assert.deepEqual(model.screen(), ['done', 'prompt']);
});
