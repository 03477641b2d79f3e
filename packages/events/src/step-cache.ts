// What is known of cached results of steps: what a result depends on, what an entry holds, why there was none or none was kept.
// Not here: computing keys and putting results into workspaces (executor), the store (journal).

/** A name, and a text that is the same as long as what it names is: a digest, a kind, never a value. */
export type CacheFact = readonly [name: string, text: string];

/** What the result of a step depends on. Both lists are sorted by name, each name once. */
export interface CacheKeyParts {
  /** `format`, `platform`, `folder`, `script`, `argv`, `env NAME`, `stdin` … */
  readonly values: readonly CacheFact[];
  /** Input files by their path from the root of the workspace. */
  readonly files: readonly CacheFact[];
}

/** A difference between what two results depended on. */
export interface CacheKeyChange {
  readonly kind: 'value' | 'file';
  readonly name: string;
  readonly how: 'added' | 'removed' | 'changed';
}

/** A text or file of the store, by its content. */
export interface CachedBlob {
  /** SHA-256, lower-case hex. */
  readonly digest: string;
  readonly sizeBytes: number;
}

/** A file or link that a step made, by its path from the root of the workspace. */
export type CachedFile =
  | (CachedBlob & { readonly kind: 'file'; readonly path: string; readonly mode: number })
  | { readonly kind: 'link'; readonly path: string; readonly target: string };

/** The step of a run that left a result. Items and turns are parts of `step`. */
export interface CacheMaker {
  readonly workflow: string;
  readonly step: string;
  readonly runId: string;
  readonly atMs: number;
}

/** A kept result. */
export interface CacheEntry {
  readonly key: string;
  readonly made: CacheMaker;
  readonly exitCode: number;
  readonly durationMs: number;
  /** Those whose value is no expression. */
  readonly outputs: { readonly [name: string]: string };
  readonly files: readonly CachedFile[];
  /** What stood in the places of its outputs before, and not after: each path with `file DIGEST` or `link TARGET`. */
  readonly replaced: readonly CacheFact[];
  /** What the step wrote; null where that was too much or held a secret. */
  readonly log: CachedBlob | null;
  /** CacheKeyParts as JSON. */
  readonly parts: CachedBlob;
}

/** Why a step was carried out although it is cached. */
export type CacheMissReason =
  /** Nobody has had these inputs yet, or the entry was removed. */
  | 'no-entry'
  /** The entry was not whole; it is removed. */
  | 'damaged'
  /** Somebody asked to do without (`--no-cache`), or to carry the step out again (a retry). */
  | 'not-asked'
  /** Something in the workspace that is not known to come from this step would have been lost. */
  | 'foreign-change'
  /** The disk refused to take the result. */
  | 'not-restored'
  /** Its inputs could not be read, or the store could not be used. */
  | 'unknown-key';

/** Why the result of a cached step was not kept. */
export type CacheRefusal =
  /** While it ran, inputs became others than those it was looked up by. */
  | 'inputs-changed'
  /** A pattern of `outputs` matched nothing. */
  | 'output-missing'
  /** Something among its outputs was there before, and nothing says that it is the step's. */
  | 'output-foreign'
  /** A file can't be kept: a link that leads out of the workspace, a special file. */
  | 'output-unfit'
  /** A file or an output holds the value of a secret. */
  | 'secret'
  /** It kept artifacts, which nothing would keep the next time. */
  | 'artifacts'
  /** Its inputs could not be read, or the disk refused to take it. */
  | 'store-failed';

/** Returns what changed from one set of parts to another: values first, each kind by name. */
export function compareCacheKeys(before: CacheKeyParts, after: CacheKeyParts): readonly CacheKeyChange[] {
  return [...compare('value', before.values, after.values), ...compare('file', before.files, after.files)];
}

/** Returns a step's reference without items and turns: results of all of them are told from others by what they depend on. */
export function stepShape(ref: string): string {
  // A key may hold brackets of its own: it ends where another part begins, or the reference does.
  return ref.replace(/\[.*?\](?=[.[]|$)/gs, '');
}

function* compare(
  kind: CacheKeyChange['kind'],
  before: readonly CacheFact[],
  after: readonly CacheFact[],
): Generator<CacheKeyChange> {
  for (let left = 0, right = 0; left < before.length || right < after.length;) {
    const [old, oldText] = before[left] ?? [null, null];
    const [now, nowText] = after[right] ?? [null, null];
    if (now === null || (old !== null && old < now)) {
      yield { kind, name: old!, how: 'removed' };
      left += 1;
    } else if (old === null || now < old) {
      yield { kind, name: now, how: 'added' };
      right += 1;
    } else {
      if (oldText !== nowText) yield { kind, name: now, how: 'changed' };
      left += 1;
      right += 1;
    }
  }
}
