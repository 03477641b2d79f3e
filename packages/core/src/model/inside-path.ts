// Says whether a path or glob of a workflow file stays inside the folder it is relative to. Works on the text alone.
// Not here: symbolic links, which only the host can see.

/** Returns what is wrong with a relative path, or null. Stretches of `${{ }}` are taken as an ordinary name. */
export function problemOfRelativePath(path: string): { message: string; help: string | null } | null {
  return problemOf(path, 'path');
}

/** Returns what is wrong with a glob, or null. */
export function problemOfGlob(glob: string): { message: string; help: string | null } | null {
  const problem = problemOf(glob, 'glob');
  if (problem !== null) return problem;
  if (glob.startsWith('!'))
    return { message: "a glob can't begin with `!`", help: 'list what is wanted; write `[!]…` for a name that begins with `!`' };
  const unclosed = unclosedBracket(glob);
  return unclosed === null
    ? null
    : { message: `\`${unclosed}\` is never closed`, help: `write \`[${unclosed}]\` for the character itself` };
}

function problemOf(path: string, what: string): { message: string; help: string | null } | null {
  if (path.includes('\0')) return { message: `a ${what} can't hold a NUL character`, help: null };
  if (path.startsWith('/'))
    return { message: `the ${what} is absolute`, help: `write it relative to its folder: ${relative(path)}` };
  if (/^[A-Za-z]:[\\/]/.test(path)) return { message: `the ${what} is absolute`, help: 'write it relative to its folder' };
  if (path.startsWith('~'))
    return {
      message: `\`~\` is not expanded, the ${what} is relative to its folder`,
      help: `write \`./${path}\` for a name that begins with \`~\``,
    };
  const names = path.split(what === 'path' ? /[\\/]/ : '/');
  if (names.includes('..'))
    return { message: `the ${what} leaves its folder by \`..\``, help: 'name something inside the folder' };
  if (what === 'path' && path.includes('\\'))
    return { message: `the ${what} has a backslash`, help: 'write `/` between the parts' };
  return null;
}

function relative(path: string): string {
  const rest = path.replace(/^\/+/, '');
  return rest === '' ? '`.`' : `\`${rest}\``;
}

/** Returns the bracket that is left open, or null. A `]` or `}` by itself is an ordinary character. */
function unclosedBracket(glob: string): '[' | '{' | null {
  let braces = 0;
  for (let at = 0; at < glob.length; at++) {
    const character = glob[at];
    if (character === '\\') at++;
    else if (character === '[') {
      // A `]` right after `[`, `[!` or `[^` belongs to the set.
      const first = glob[at + 1] === '!' || glob[at + 1] === '^' ? at + 2 : at + 1;
      const end = glob.indexOf(']', first + 1);
      if (end < 0) return '[';
      at = end;
    } else if (character === '{') braces++;
    else if (character === '}' && braces > 0) braces--;
  }
  return braces > 0 ? '{' : null;
}
