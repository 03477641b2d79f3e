// Appends events of one run until somebody kills it, and prints the number of each that `append` has returned for.

import { openHistory } from '@workflow-platform/journal';

import { created, inOrder, succeeded } from '../event-builders.ts';
import { writeSync } from 'node:fs';

const history = openHistory({ folder: process.argv[2] ?? '', mode: 'write' });
history.append(inOrder('r1', [created()]));
for (let seq = 2; ; seq += 2) {
  history.append(inOrder('r1', [succeeded('a'), succeeded('b')], seq));
  writeSync(1, `${seq + 1}\n`);
}
