// How certain texts must look: names, versions, paths, patterns. Each has a regular expression that JSON Schema can carry and,
// where that does not say it all, a check of its own.
// Not here: durations and sizes, which become numbers (model/duration.ts, model/size.ts).

import { problemOfGlob, problemOfRelativePath } from '../model/inside-path.ts';
import { compilePattern } from '../model/pattern.ts';

/** What is wrong with a text. Offsets are within it; without them all of it is meant. */
export interface FormatProblem {
  readonly message: string;
  readonly help: string | null;
  readonly start?: number;
  readonly end?: number;
}

export interface TextFormat {
  /** Diagnostic code of texts that do not comply. */
  readonly code: string;
  /** With its article, for messages: `a step id`. */
  readonly title: string;
  /** What it has to look like, for help and documentation; completes "must be". */
  readonly rule: string;
  /** ECMAScript regular expression that all such texts match. Without look-around, so that any JSON Schema tool can use it. */
  readonly pattern: string | null;
  readonly lengthMax: number;
  /** Checks what the pattern can't. */
  readonly check: ((text: string) => FormatProblem | null) | null;
  /** Guesses what a text that does not comply was meant to be. The guess is shown only when it complies. */
  readonly guess?: (text: string) => string;
}

/** Every identifier of the format is at most this long; they become parts of paths and of names in logs. */
const NAME_LENGTH_MAX = 100;

const SEMVER =
  '(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)' +
  '(-(0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)(\\.(0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*))*)?' +
  '(\\+[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?';

const ID_PART = '[._-]*[a-z0-9][a-z0-9._-]*';

function identifier(title: string): TextFormat {
  return {
    code: 'bad-id',
    title,
    rule: 'letters, digits, `_` and `-`, beginning with a letter or `_`',
    pattern: '^[A-Za-z_][A-Za-z0-9_-]*$',
    lengthMax: NAME_LENGTH_MAX,
    check: null,
    guess: (text) => text.trim().replace(/[^A-Za-z0-9_-]+/g, '-'),
  };
}

export const stepId = identifier('a step id');
export const parameterName = identifier('a parameter name');
export const actionName = identifier('an action name');
export const inputName = identifier('an input name');
export const outputName = identifier('an output name');
export const variableName = identifier('a name');

export const artifactName: TextFormat = {
  code: 'bad-id',
  title: 'an artifact name',
  rule: 'letters, digits, `.`, `_` and `-`, beginning with a letter or `_`',
  pattern: '^[A-Za-z_][A-Za-z0-9._-]*$',
  lengthMax: NAME_LENGTH_MAX,
  check: null,
};

export const envName: TextFormat = {
  code: 'bad-id',
  title: 'the name of an environment variable',
  rule: 'letters, digits and `_`, beginning with a letter or `_`',
  pattern: '^[A-Za-z_][A-Za-z0-9_]*$',
  lengthMax: 255,
  check: null,
};

export const workflowId: TextFormat = {
  code: 'bad-id',
  title: 'a workflow id',
  rule: 'small letters, digits, `.`, `_` and `-`, optionally as `owner/name` and with a version at the end: `acme/review@1.2.0`',
  pattern: `^(${ID_PART}/)?${ID_PART}(@${SEMVER})?$`,
  lengthMax: 2 * NAME_LENGTH_MAX,
  check: null,
  guess: (text) =>
    text
      .trim()
      .toLowerCase()
      .replace(/[^a-z0-9@/._-]+/g, '-'),
};

export const semanticVersion: TextFormat = {
  code: 'bad-version',
  title: 'a version',
  rule: 'a semantic version: three numbers such as "1.2.0", optionally with a pre-release such as "1.2.0-beta.1"',
  pattern: `^${SEMVER}$`,
  lengthMax: NAME_LENGTH_MAX,
  check: null,
  guess: (text) => {
    const numbers = text.trim().replace(/^v/i, '').split('.');
    return numbers.length > 3 ? text : [...numbers, '0', '0'].slice(0, 3).join('.');
  },
};

export const webAddress: TextFormat = {
  code: 'bad-value',
  title: 'a web address',
  rule: 'an address that begins with https:// or http://',
  pattern: '^https?://[^\\s/]+(/[^\\s]*)?$',
  lengthMax: 2000,
  check: null,
  guess: (text) => `https://${text.trim()}`,
};

export const commandRequirement: TextFormat = {
  code: 'bad-value',
  title: 'a requirement',
  rule: 'a name, or a name with the version it needs: "git", "jj >= 0.30"',
  pattern: '^[A-Za-z0-9_.+-]+( *(>=|<=|==|=|>|<) *[0-9]+(\\.[0-9]+)*[0-9A-Za-z.+-]*)?$',
  lengthMax: 200,
  check: null,
};

/** What a step uses. Whether it exists is not a matter of form. */
export const actionReference: TextFormat = {
  code: 'bad-value',
  title: 'what a step uses',
  rule: 'the name of an action of this file, "git/diff-summary", "plugin:NAME/ACTION", "workflow:ID" or "./other.toml", without `${{ }}`',
  pattern: '^[^\\s${}]+$',
  lengthMax: 1000,
  check: null,
};

/** A regular expression that the engine matches in linear time. */
export const regularExpression: TextFormat = {
  code: 'bad-pattern',
  title: 'a regular expression',
  rule: 'a regular expression in RE2 syntax',
  pattern: null,
  lengthMax: 10_000,
  check: (text) => {
    const compiled = compilePattern(text);
    return compiled.ok ? null : compiled.problem;
  },
};

/** A path that stays inside the folder it is relative to. */
export const insidePath: TextFormat = {
  code: 'bad-path',
  title: 'a path',
  rule: 'a relative path that stays inside its folder, with `/` between its parts',
  pattern: '^[^/\\\\][^\\\\]*$',
  lengthMax: 4096,
  check: problemOfRelativePath,
};

/** A glob whose matches stay inside the workspace. */
export const insideGlob: TextFormat = {
  code: 'bad-glob',
  title: 'a glob',
  rule: 'a relative glob such as "reports/**/*.md" that stays inside the workspace',
  pattern: '^[^/]',
  lengthMax: 4096,
  check: problemOfGlob,
};

/** Text in the place of a number: it has to hold an expression. */
export const computedNumber: TextFormat = {
  code: 'bad-value',
  title: 'a number',
  rule: 'a number without quotes, or text with `${{ }}` that gives one',
  pattern: '\\$\\{\\{',
  lengthMax: 10_000,
  check: null,
};
