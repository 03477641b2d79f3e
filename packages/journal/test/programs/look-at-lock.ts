// Looks at a lock as slowly as a very busy machine would, and says when it has begun to.

import { DatabaseSync } from 'node:sqlite';

const [path = ''] = process.argv.slice(2);
const database = new DatabaseSync(path, { readOnly: true });
database.exec('BEGIN; SELECT 1 FROM sqlite_schema');
console.log('looking');
setTimeout(() => database.close(), 300);
