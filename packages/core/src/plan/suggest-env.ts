// The fix that always works: a variable that the author names in `env`, which the program reads itself.
// Not here: the variables that rewriting makes (rewrite-script.ts).

/** Returns `env = { CHANGE = "${{ params.change }}" }` for an expression, and the name in it. */
export function suggestEnv(expression: string): { readonly name: string; readonly line: string } {
  const name = nameFor(expression);
  const isShort = expression.length <= 60 && !/["\\\n]/.test(expression);
  return { name, line: `env = { ${name} = "\${{ ${isShort ? expression : '…'} }}" }` };
}

const taken: ReadonlySet<string> = new Set(
  'PATH HOME IFS ENV PWD OLDPWD SHELL USER LOGNAME TERM LANG TZ CDPATH RANDOM OPTIND SECONDS UID'.split(' '),
);

/** The last name in the expression, as variables are written. */
function nameFor(expression: string): string {
  const names = expression.replace(/'(?:[^']|'')*'/g, ' ').match(/[A-Za-z_][\w-]*(?!\s*\()/g);
  const name = (names?.at(-1) ?? 'VALUE').toUpperCase().replaceAll('-', '_');
  return taken.has(name) ? `STEP_${name}` : name;
}
