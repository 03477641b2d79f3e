import assert from 'node:assert/strict';
import { test } from 'node:test';
import { itemRef } from '@workflow-platform/events';
import fc from 'fast-check';
import { referenceSafe } from './expand.ts';

const keys = fc.string({ unit: fc.constantFrom('a', '.', '[', ']', '1', '\n', 'é'), maxLength: 8 });

test('the brackets of a reference match whatever the key, so that what follows an item cannot be taken for a part of its key', () => {
  fc.assert(
    fc.property(keys, (key) => {
      let depth = 0;
      for (const char of itemRef('step', referenceSafe(key))) {
        if (char === '[') depth += 1;
        if (char === ']') depth -= 1;
        assert.ok(depth >= 0);
      }
      assert.equal(depth, 0);
    }),
    { numRuns: 2000 },
  );
});

test('a key that is safe already stays as it is', () => {
  fc.assert(
    fc.property(keys, (key) => assert.equal(referenceSafe(referenceSafe(key)), referenceSafe(key))),
    { numRuns: 1000 },
  );
});
