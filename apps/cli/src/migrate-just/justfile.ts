// What `just --dump --dump-format json` says of a justfile, as data.
// Not here: reading it from text (read-dump.ts), what it means (the other files of this folder).

/** A text, or an operation with its operands; in the dump `["concatenate", "a", ["variable", "b"]]`. */
export type JustExpression = string | JustOperation;

/** An operator and what it works on. Conditions are operations as well. */
export interface JustOperation {
  readonly operator: string;
  readonly operands: readonly (JustExpression | null)[];
}

/** A piece of a line: text, or what stands in `{{ }}`. */
export type JustFragment = string | { readonly expression: JustExpression };

export interface JustParameter {
  readonly name: string;
  /** `star` takes any number of words, `plus` one at least. */
  readonly kind: 'singular' | 'star' | 'plus';
  readonly default: JustExpression | null;
  /** Written `$name`: recipes get it in their environment. */
  readonly isExported: boolean;
  readonly pattern: string | null;
  /** Given as an option, such as `--name`; null when it is given by its place. */
  readonly option: string | null;
  readonly help: string | null;
}

export interface JustDependency {
  /** A name, or `module::name`. */
  readonly recipe: string;
  readonly arguments: readonly JustExpression[];
}

/** An attribute in square brackets; without an argument its value is null. */
export interface JustAttribute {
  readonly name: string;
  readonly value: unknown;
}

export interface JustRecipe {
  readonly name: string;
  readonly doc: string | null;
  readonly isPrivate: boolean;
  /** A script of its own rather than lines. */
  readonly isScript: boolean;
  readonly attributes: readonly JustAttribute[];
  readonly parameters: readonly JustParameter[];
  /** The first `priors` of them come before the recipe, the others after it. */
  readonly dependencies: readonly JustDependency[];
  readonly priors: number;
  readonly body: readonly (readonly JustFragment[])[];
}

export interface JustAssignment {
  readonly name: string;
  readonly isExported: boolean;
  readonly value: JustExpression;
}

/** The `set` lines that a workflow can do something about. */
export interface JustSettings {
  readonly shell: { readonly command: string; readonly arguments: readonly string[] };
  /** What interprets scripts without `#!`; null where that is not known. */
  readonly scriptInterpreter: readonly string[] | null;
  readonly exportsAll: boolean;
  readonly positionalArguments: boolean;
  readonly ignoresComments: boolean;
  readonly noCd: boolean;
  readonly workingDirectory: string | null;
  /** Null when no file of variables is loaded. */
  readonly dotenv: { readonly path: string; readonly isRequired: boolean } | null;
  /** Settings that change how all else is read. */
  readonly unknown: readonly string[];
}

/** A justfile, or a module of one. */
export interface JustModule {
  /** Names from the outermost module down; empty for the justfile itself. */
  readonly path: readonly string[];
  /** Absolute path of its file, where the dump tells. */
  readonly source: string | null;
  readonly settings: JustSettings;
  readonly assignments: ReadonlyMap<string, JustAssignment>;
  readonly unexports: readonly string[];
  readonly recipes: ReadonlyMap<string, JustRecipe>;
  readonly aliases: readonly { readonly name: string; readonly target: string }[];
  readonly modules: ReadonlyMap<string, JustModule>;
}

/** The value of an attribute that is there, or undefined. */
export function attributeOf(recipe: JustRecipe, name: string): JustAttribute | undefined {
  return recipe.attributes.find((attribute) => attribute.name === name);
}
