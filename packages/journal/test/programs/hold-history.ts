// Holds the right to write to a history until it is killed: `hold-history.ts FILE`.

import { DatabaseSync } from 'node:sqlite';

const database = new DatabaseSync(process.argv[2] ?? '');
database.exec('BEGIN IMMEDIATE');
process.stdout.write('held\n');
process.stdin.resume();
