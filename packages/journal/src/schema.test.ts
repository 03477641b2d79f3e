import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';

import { MIGRATIONS, migrate } from './schema.ts';

const versionOf = (database: DatabaseSync): unknown => database.prepare('PRAGMA user_version').get()?.['user_version'];

test('a history of an older version is taken forwards, its rows kept', () => {
  const database = new DatabaseSync(':memory:');
  migrate(database, 'history.db', MIGRATIONS.slice(0, 1));
  database.exec("INSERT INTO plans VALUES ('d', '{}')");
  // The file of a newer program, seen from the version before: only the last step is carried out.
  database.exec('PRAGMA user_version = 0');
  migrate(database, 'history.db', ['ALTER TABLE plans ADD COLUMN note TEXT']);
  assert.deepEqual({ ...database.prepare('SELECT * FROM plans').get() }, { digest: 'd', body: '{}', note: null });
  database.close();
});

test('a step that fails leaves the older version whole', () => {
  const database = new DatabaseSync(':memory:');
  assert.throws(() => migrate(database, 'history.db', ['CREATE TABLE a (b)', 'CREATE TABLE a (b)']), /already exists/);
  assert.deepEqual([versionOf(database), database.prepare('SELECT * FROM sqlite_schema').all()], [0, []]);
  database.close();
});

test('a history that is up to date is not touched', () => {
  const database = new DatabaseSync(':memory:');
  migrate(database, 'history.db');
  migrate(database, 'history.db');
  assert.equal(versionOf(database), MIGRATIONS.length);
  database.close();
});
