// What a check of the state on this machine finds.

/** Something to know about the state: a `problem` is wrong, a `note` only takes room or waits for somebody. */
export interface Finding {
  readonly severity: 'problem' | 'note';
  readonly code: string;
  readonly what: string;
  readonly toDo: string;
}

/** Room that a part of the state takes. */
export interface Room {
  readonly name: string;
  readonly place: string;
  /** How many of what is in it. */
  readonly count: string;
  /** Null where nobody counted. */
  readonly sizeBytes: number | null;
}

/** What a check answers. */
export interface Inspection {
  readonly findings: readonly Finding[];
  readonly rooms: readonly Room[];
}

/** At most this many of a kind are told one by one. */
export const TOLD_MAX = 20;

/** Tells the first of many, and how many more there are. */
export function toldOf<T>(items: readonly T[], tell: (item: T) => Finding): readonly Finding[] {
  const told = items.slice(0, TOLD_MAX).map(tell);
  const last = told.at(-1);
  const more = items.length - told.length;
  return last === undefined || more === 0
    ? told
    : [...told, { ...last, what: `… and ${more} more of this kind`, toDo: 'the same as for those' }];
}
