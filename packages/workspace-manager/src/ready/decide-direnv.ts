// Decides whether a workspace's `.envrc` is loaded. A file in a new place is blocked by direnv; ours is trusted only when the user
// has allowed the very same file in the checkout. What a step writes into it is never trusted. Pure.
// Not here: asking direnv (direnv-program.ts), what `workflow workspace run` does (agent/direnv.ts).

/** What the decision depends on. */
export interface DirenvFacts {
  readonly policy: 'auto' | 'require' | 'off';
  /** SHA-256 of the workspace's and the checkout's `.envrc`; null where there is none. */
  readonly digest: string | null;
  readonly sourceDigest: string | null;
  /** What direnv says of the checkout's. */
  readonly trust: 'allowed' | 'blocked' | 'unknown' | 'no-program';
  /** For messages. */
  readonly checkout: string;
}

/** What to do; `without` says why in a sentence, and what helps. */
export type DirenvDecision =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'load' }
  | { readonly kind: 'without'; readonly why: string; readonly help: string };

/** Decides. */
export function decideDirenv({ policy, digest, sourceDigest, trust, checkout }: DirenvFacts): DirenvDecision {
  if (policy === 'off') return { kind: 'nothing' };
  if (digest === null) {
    // It may well be that the checkout's is ignored, and meant to be the user's own.
    if (policy === 'auto' || sourceDigest === null) return { kind: 'nothing' };
    return without(
      `${checkout} has an \`.envrc\`, but the workspace has none`,
      'commit it, or bring it along: `include = [".envrc"]`',
    );
  }
  if (sourceDigest === null) {
    return without(`${checkout} has no \`.envrc\` like the workspace's that could be trusted`, `put it there and allow it`);
  }
  if (digest !== sourceDigest) {
    return without(
      `the workspace's \`.envrc\` is not the one in ${checkout}, which is the one that can be trusted`,
      'make them the same and allow it there',
    );
  }
  switch (trust) {
    case 'allowed':
      return { kind: 'load' };
    case 'no-program':
      return without('there is an `.envrc`, but no `direnv` on PATH', 'install direnv');
    case 'blocked':
      return without(`the \`.envrc\` in ${checkout} is not allowed`, `look at it, then \`direnv allow ${checkout}\``);
    case 'unknown':
      return without(
        `direnv does not say whether the \`.envrc\` in ${checkout} is allowed`,
        `see what \`direnv status\` says there`,
      );
    default:
      return trust satisfies never;
  }
}

function without(why: string, help: string): DirenvDecision {
  return { kind: 'without', why, help };
}
