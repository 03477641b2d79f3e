import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Queue } from './queue.ts';

test('entries come out in the order they went in, also after thousands', () => {
  const queue = new Queue<number>();
  for (let entry = 0; entry < 5000; entry += 1) queue.push(entry);
  for (let limit = 0; limit < 5000; limit += 1) {
    queue.pruneHead((entry) => entry < limit);
    assert.equal(queue.peek(), limit);
  }
  queue.pruneHead(() => true);
  assert.equal(queue.peek(), undefined);
  queue.push(7);
  assert.equal(queue.peek(), 7);
});
