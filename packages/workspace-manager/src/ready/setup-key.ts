// What the outcome of a set-up depends on, as one digest.

import { join } from 'node:path';

import type { SetupRequest } from '../workspace-port.ts';
import { digestPath } from './digest-path.ts';

/** Everything that counts. */
export interface SetupInputs {
  readonly setup: Pick<SetupRequest, 'script' | 'env'>;
  /** Paths in the workspace, `setup_key` of the workflow. */
  readonly paths: readonly string[];
  readonly folder: string;
  /** Of the `.envrc` that is loaded around it. */
  readonly envrcDigest: string | null;
}

/** Returns the digest, lower-case hex. */
export function setupKey({ setup, paths, folder, envrcDigest }: SetupInputs): string {
  const values = Object.entries(setup.env).sort(([a], [b]) => (a < b ? -1 : 1));
  const files = [...paths].sort().map((path) => [path, digestPath(join(folder, path))]);
  const platform = [process.platform, process.arch];
  const text = JSON.stringify([1, setup.script, values, files, envrcDigest, platform]);
  return process.getBuiltinModule('node:crypto').hash('sha256', text, 'hex');
}
