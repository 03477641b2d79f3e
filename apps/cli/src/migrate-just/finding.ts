// What is told about a recipe that did not go over as it was.

/** A difference to know about, or a reason why there is no workflow. */
export interface Finding {
  /** Line of the justfile, where it is known. */
  readonly line: number | null;
  readonly message: string;
  /** What to do by hand. */
  readonly help: string | null;
}

/** Thrown, inside the conversion only, where a recipe cannot become a workflow. */
export class NotConvertible extends Error {
  readonly help: string;
  readonly line: number | null;

  constructor(message: string, help: string, line: number | null = null) {
    super(message);
    this.help = help;
    this.line = line;
  }
}
