import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Holds } from './holds.ts';
import { workspacePlaces } from './workspace-paths.ts';

test('carries requests out one after the other, also after one that failed', async () => {
  const holds = new Holds(() => ({ release() {} }));
  const places = workspacePlaces('/nowhere', 'one');
  holds.take(places, 'one', 'run');
  const order: string[] = [];
  const request = (name: string, fails: boolean) =>
    holds.inTurn(places.folder, async () => {
      order.push(`${name} begins`);
      await Promise.resolve();
      order.push(`${name} ends`);
      if (fails) throw new Error(name);
      return name;
    });
  const results = await Promise.allSettled([request('first', true), request('second', false)]);
  assert.deepEqual(
    results.map(({ status }) => status),
    ['rejected', 'fulfilled'],
  );
  assert.deepEqual(order, ['first begins', 'first ends', 'second begins', 'second ends']);
});
