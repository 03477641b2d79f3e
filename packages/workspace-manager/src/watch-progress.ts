// Tells how far the making of a workspace has got: counts the files that are there, for those who want to know and only when it
// takes its time. Costs nothing in the first second and little after it.

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { WorkspaceProgress } from '@workflow-platform/events';

import type { Source } from './find-source.ts';
import { indexedFiles } from './git-index.ts';
import type { WorkspaceProvider } from './providers/provider.ts';
import type { WorkspaceRequest } from './workspace-port.ts';

const PAUSE_MS = 1000;
/** Counting takes this part of the time at most. */
const SHARE_MAX = 1 / 20;
const METADATA = new Set(['.git', '.jj']);

/** What is watched. */
export interface WatchRequest {
  readonly request: WorkspaceRequest;
  readonly source: Source;
  readonly provider: WorkspaceProvider['kind'];
  /** Folder that is being filled. */
  readonly site: string;
}

/** A watch over a making. */
export interface ProgressWatch {
  isDoing(what: WorkspaceProgress['doing']): void;
  end(): void;
}

/** Begins to watch; nobody is told anything in the first second. */
export function watchProgress({ request, source, provider, site }: WatchRequest): ProgressWatch {
  const { onProgress } = request;
  if (onProgress === undefined) return { isDoing() {}, end() {} };
  const startedMs = performance.now();
  let doing: WorkspaceProgress['doing'] = 'making';
  let filesTotal: number | null = null;
  let isOver = false;
  let timer = setTimeout(() => void look(), PAUSE_MS);
  const isOn = (): boolean => !isOver && doing === 'making';

  async function look(): Promise<void> {
    const beganMs = performance.now();
    const filesDone = isOn() ? await countFiles(site, isOn) : null;
    if (isOn()) filesTotal ??= await totalOf(source, provider, isOn);
    if (isOver) return;
    const hasTotal = filesDone !== null && filesTotal !== null && filesDone <= filesTotal;
    const elapsedMs = Math.round(performance.now() - startedMs);
    onProgress?.({ doing, provider, elapsedMs, filesDone, filesTotal: hasTotal ? filesTotal : null });
    timer = setTimeout(() => void look(), Math.max(PAUSE_MS, (performance.now() - beganMs) / SHARE_MAX));
  }

  return {
    isDoing: (what) => (doing = what),
    end() {
      isOver = true;
      clearTimeout(timer);
    },
  };
}

/** How many files there will be, as far as something tells that without reading them. */
async function totalOf(source: Source, provider: WorkspaceProvider['kind'], isOn: () => boolean): Promise<number | null> {
  if (provider === 'copy') return countFiles(source.checkout, isOn);
  return source.kind === 'git' ? indexedFiles(source.checkout) : null;
}

/** Counts what is no folder below one, but for the metadata of version control; null when it was called off. */
async function countFiles(folder: string, isOn: () => boolean): Promise<number | null> {
  let count = 0;
  const folders = [folder];
  for (let place = folders.pop(); place !== undefined; place = folders.pop()) {
    if (!isOn()) return null;
    for (const entry of await entriesOf(place)) {
      if (place === folder && METADATA.has(entry.name)) continue;
      if (entry.isDirectory()) folders.push(join(place, entry.name));
      else count++;
    }
  }
  return count;
}

/** A folder may be gone by the time it is looked into, or be closed to us. */
async function entriesOf(folder: string): Promise<readonly { readonly name: string; isDirectory(): boolean }[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
