import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Heap } from './heap.ts';

test('a heap gives its entries back in order, whatever came between', () => {
  const commands = fc.array(fc.oneof(fc.integer({ min: -50, max: 50 }), fc.constant('pop' as const)), { maxLength: 200 });
  fc.assert(
    fc.property(commands, (given) => {
      const heap = new Heap<number>((a, b) => a < b);
      let model: number[] = [];
      for (const command of given) {
        if (command === 'pop') assert.equal(heap.pop(), model.shift());
        else {
          heap.push(command);
          model = [...model, command].sort((a, b) => a - b);
        }
        assert.equal(heap.peek(), model[0]);
        assert.equal(heap.size, model.length);
      }
    }),
    { numRuns: 300 },
  );
});

test('pruning drops stale entries from the top only', () => {
  const heap = new Heap<number>((a, b) => a < b);
  for (const entry of [5, 1, 2, 9, 3]) heap.push(entry);
  heap.pruneTop((entry) => entry < 3 || entry === 9);
  assert.deepEqual([heap.peek(), heap.size], [3, 3]);
});
