// What a step is known to have made, taken or replaced: the content at each place. Read only when something differs.

import type { CacheEntry } from '@workflow-platform/events';
import type { CachedStep, StepCachePort } from '../ports.ts';
import { contentText } from './look-at-place.ts';

export class KnownContents {
  readonly #read: () => readonly CacheEntry[];
  #contents: ReadonlySet<string> | null = null;

  /** `entry` counts too, whoever made it. */
  constructor(store: Pick<StepCachePort, 'entriesOf'>, step: CachedStep, entry: CacheEntry | null = null) {
    this.#read = () => [...(entry === null ? [] : [entry]), ...store.entriesOf(step)];
  }

  /** Says whether the step has had this text (as in CacheEntry) at this place. */
  has(path: string, text: string): boolean {
    this.#contents ??= new Set(
      this.#read().flatMap(({ files, replaced }) => [
        ...files.map((file) => `${file.path}\0${contentText(file)}`),
        ...replaced.map(([replacedPath, replacedText]) => `${replacedPath}\0${replacedText}`),
      ]),
    );
    return this.#contents.has(`${path}\0${text}`);
  }
}
