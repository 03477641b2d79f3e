// Knows whether the secrets that an attempt was started with are those that are known now. What it leaves is masked with the
// latter; a value that was changed between two engines would go into the history as it is.
// Not here: masking (mask-secrets.ts).

import { appendFileSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { AttemptResult } from '@workflow-platform/scheduler';

type Secrets = { readonly [name: string]: string };

/** Notes, as a salted digest, which secrets an engine starts attempts with. Returns whether all engines before it had the same. */
export function noteSecrets(runFolder: string, secrets: Secrets): { readonly areTheSame: boolean } {
  if (Object.keys(secrets).length === 0) return { areTheSame: true };
  const { createHash, randomBytes } = process.getBuiltinModule('node:crypto');
  const digest = (salt: string): string => createHash('sha256').update(salt).update(textOf(secrets)).digest('hex');
  const path = join(runFolder, FILE);
  const before = readLines(path).map((line) => line.split(' '));
  const areTheSame = before.every(([salt = '', digestBefore]) => digest(salt) === digestBefore);
  const salt = randomBytes(16).toString('hex');
  if (before.length === 0 || !areTheSame) appendFileSync(path, `${salt} ${digest(salt)}\n`, { mode: 0o600 });
  return { areTheSame };
}

/** Forgets what was noted; nothing runs any more. */
export function forgetSecrets(runFolder: string): void {
  rmSync(join(runFolder, FILE), { force: true });
}

/** Returns the result without any text that the attempt had a say in: nobody knows what would have to be masked in it. */
export function withholdTexts(given: AttemptResult): AttemptResult {
  const { told, ...result } = given;
  const withheld = withholdFrom(result);
  if (told === undefined) return withheld;
  return { ...withheld, told: { session: null, usage: told.usage.map((one) => ({ ...one, model: null })) } };
}

function withholdFrom(result: AttemptResult): AttemptResult {
  if (result.kind === 'succeeded') {
    if (Object.keys(result.outputs).length === 0) return result;
    const { exitCode, durationMs } = result;
    return { kind: 'failed', failure: { kind: 'output', message: unknownSecrets }, exitCode, durationMs, onItsOwn: true };
  }
  const { failure } = result;
  if (failure.kind === 'exit') return { ...result, failure: { kind: 'exit', code: failure.code } };
  if (failure.kind === 'quota') return { ...result, failure: { ...failure, message: null } };
  return failure.kind === 'output' ? { ...result, failure: { kind: 'output', message: unknownSecrets } } : result;
}

const FILE = 'secrets';

const unknownSecrets =
  'it was started with other secrets than those that were given for the resume, so they could not be kept out of what it left';

function textOf(secrets: Secrets): string {
  return JSON.stringify(Object.entries(secrets).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function readLines(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8').split('\n').slice(0, -1);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
