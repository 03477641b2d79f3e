// How a resident shell says that an attempt ended.
// Not here: what it means for a step (launcher.ts, explain-end.ts).

export type SlotReport =
  | { readonly kind: 'status'; readonly status: number; readonly bySignal: boolean }
  | { readonly kind: 'bad-file'; readonly remark: string }
  | { readonly kind: 'bad-folder'; readonly remark: string }
  /** The shell is gone, and what it had not written down with it. */
  | { readonly kind: 'died'; readonly how: string };

/** The status of an attempt whose files or folder could not be had, and the least of those that a shell makes up itself. */
export const OPEN_FAILED = 125;
