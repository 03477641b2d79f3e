// Takes a history to this version and dies by SIGKILL behind the statement with a number: `migrate-until-killed.ts FILE NUMBER`.

import { DatabaseSync } from 'node:sqlite';

import { MIGRATIONS, migrate } from '../../src/schema.ts';

const [file = '', number = ''] = process.argv.slice(2);
let done = 0;
migrate(new DatabaseSync(file), file, MIGRATIONS, () => {
  if (++done === Number(number)) process.kill(process.pid, 'SIGKILL');
});
