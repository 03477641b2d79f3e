// Regular expressions of workflow files: RE2 syntax, matched in linear time whatever the pattern and the text.
// The only place that knows the engine behind it (re2js).
// Not here: which keys hold patterns (schema/).

import { RE2JS, RE2JSSyntaxException } from 're2js';

/** A pattern that compiled. */
export interface Pattern {
  readonly source: string;
  /** True when the pattern matches the text from its first to its last character. */
  matchesAll(text: string): boolean;
  /** Returns the first group of the first match, or the whole match when the pattern has no group, or null. */
  firstMatch(text: string): string | null;
  /** Returns the last match with what a named group of it holds (null where it holds nothing), or null. */
  lastMatch(text: string, group: string): { readonly whole: string; readonly named: string | null } | null;
  readonly groupNames: readonly string[];
  readonly groupCount: number;
}

/** What is wrong with a pattern, with the offending stretch (UTF-16 offsets within it) where the engine names one. */
export interface PatternProblem {
  readonly message: string;
  readonly help: string | null;
  readonly start?: number;
  readonly end?: number;
}

/** Compiles a pattern, or says what is wrong with it. Never throws. */
export function compilePattern(source: string): { ok: true; pattern: Pattern } | { ok: false; problem: PatternProblem } {
  try {
    const compiled = RE2JS.compile(source);
    return {
      ok: true,
      pattern: {
        source,
        matchesAll: (text) => compiled.matches(text),
        firstMatch: (text) => {
          const matcher = compiled.matcher(text);
          if (!matcher.find()) return null;
          return matcher.group(compiled.groupCount() > 0 ? 1 : 0) ?? '';
        },
        lastMatch: (text, group) => {
          const matcher = compiled.matcher(text);
          const hasGroup = Object.hasOwn(compiled.namedGroups(), group);
          let last: { whole: string; named: string | null } | null = null;
          while (matcher.find()) last = { whole: matcher.group() ?? '', named: (hasGroup ? matcher.group(group) : null) ?? null };
          return last;
        },
        groupNames: Object.keys(compiled.namedGroups()),
        groupCount: compiled.groupCount(),
      },
    };
  } catch (error) {
    return { ok: false, problem: problemOf(source, error) };
  }
}

function problemOf(source: string, error: unknown): PatternProblem {
  if (!(error instanceof RE2JSSyntaxException))
    return { message: 'the pattern is too large to be compiled', help: 'make it shorter or repeat less' };
  const message = error.getDescription();
  const fragment = error.getPattern() ?? '';
  const help = helpFor(message, fragment);
  const start = source.indexOf(fragment);
  const isPlaced = fragment !== '' && fragment !== source && start >= 0 && source.indexOf(fragment, start + 1) < 0;
  return isPlaced ? { message, help, start, end: start + fragment.length } : { message, help };
}

function helpFor(message: string, fragment: string): string | null {
  if (/^\(\?(<?[=!])/.test(fragment)) {
    return 'RE2 has no look-ahead and look-behind: they can make matching take exponential time; match all of the text instead';
  }
  if (/^\\[1-9]/.test(fragment)) return 'RE2 has no back-references: they can make matching take exponential time';
  if (message.includes('escape'))
    return "write `\\\\` for a backslash; in a TOML literal string, '…', backslashes need no doubling";
  if (message.includes('repeat count')) return 'a repeat count is at most 1000';
  return null;
}
