// What the exit code of the program says.

/** The table of exit codes; the same for every subcommand. */
export const exitCodes = {
  fine: 0,
  /** The run, or what was checked, failed. */
  failed: 1,
  /** Wrong usage, or an invalid file. */
  usage: 2,
  notFound: 3,
  /** Waits for a person. */
  waiting: 4,
  /** Our own mistake. */
  bug: 70,
  interrupted: 130,
} as const;
