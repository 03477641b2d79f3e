// Keeps one file as an artifact of the run.
// Not here: which files (finalize.ts, actions).

import { statSync } from 'node:fs';
import type { RunEvent } from '@workflow-platform/events';
import { existingInside } from '../inside.ts';
import type { BlobPort } from '../ports.ts';

export interface ArtifactFile {
  readonly name: string;
  /** Relative to the folder, `/` between components. */
  readonly path: string;
  readonly folder: string;
  readonly retainUntilMs: number | null;
}

/** Returns the event that tells of the kept file, or what is wrong with it. */
export async function keepArtifact(
  { name, path, folder, retainUntilMs }: ArtifactFile,
  blobs: BlobPort,
): Promise<{ readonly event: Extract<RunEvent, { type: 'artifact.stored' }> } | { readonly problem: string }> {
  const place = existingInside(folder, path);
  if (place === null) return { problem: `the artifact \`${name}\`: there is no file \`${path}\` inside the workspace` };
  if (!statSync(place).isFile()) return { problem: `the artifact \`${name}\`: \`${path}\` is no file` };
  const { digest, sizeBytes } = await blobs.put(place);
  return { event: { type: 'artifact.stored', name, path, digest, sizeBytes, retainUntilMs } };
}
