// For what cannot happen unless we made a mistake. Ends the program with exit code 70.

/** Throws when a condition that must hold does not. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`broken invariant: ${message}`);
}

/** Closes a switch over a union; a member without a case does not compile. */
export function unreachable(value: never): never {
  throw new Error(`broken invariant: unexpected ${JSON.stringify(value)}`);
}
