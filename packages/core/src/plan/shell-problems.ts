// Words why a `${{ }}` can't stand at a place of a shell script, each with a fix that can be typed as it is.
// Not here: who finds it (shell-judge.ts), the rules' pages (expression-rules.ts).

import type { Refusal } from './shell-arguments.ts';
import type { PlaceCode } from './shell-syntax.ts';
import { suggestEnv } from './suggest-env.ts';

interface Problem {
  readonly code: PlaceCode;
  readonly message: string;
  readonly help: string;
}

/** Words a refusal. `around` is the text of the quotes, brackets or lines that are the reason, where they are. */
export function placeProblem({ code, detail, mayBeOption }: Refusal, expression: string, around: string | null): Problem {
  const hole = holeText(expression);
  const { name, line } = suggestEnv(expression);
  switch (code) {
    case 'interpolation-single-quotes':
      return {
        code,
        message: `${hole} stands in single quotes, where the shell reads no variable`,
        help: singleQuotesHelp(around, hole),
      };
    case 'interpolation-heredoc-quoted':
      return {
        code,
        message: `${hole} stands in a here-document whose delimiter is quoted, where the shell reads no variable`,
        help: `take the quotes from the delimiter (\`<<EOF\`) and write a backslash before each other \`$\` and \`\` \` \`\`; or write \`${line}\` and let the program read ${name}`,
      };
    case 'interpolation-backticks':
      return {
        code,
        message: `${hole} stands in backticks, which the shell reads twice`,
        help: 'write `$(…)` instead of the backticks',
      };
    case 'interpolation-arithmetic':
      return {
        code,
        message: arithmeticMessage(hole, detail),
        help: arithmeticHelp(hole, detail, { name, line }),
      };
    case 'interpolation-expansion':
      return {
        code,
        message: `${hole} stands inside \`\${…}\`, where shells quote differently`,
        help: `assign it first: write \`value=${hole}\` on a line before, and \`$value\` here`,
      };
    case 'interpolation-eval':
      if (mayBeOption === true) {
        return {
          code,
          message: `${hole} could be an option of \`${detail}\` that runs code, were it to begin with a dash`,
          // For awk a `--` behind the program is a file.
          help: `write \`${detail.endsWith('awk') ? '<' : '--'} ${hole}\`, or \`./${hole}\` for a path inside the workspace`,
        };
      }
      return { code, message: evalMessage(hole, detail), help: evalHelp(hole, detail, { name, line }) };
    case 'interpolation-command':
      if (around !== null) {
        return {
          code,
          message: `${hole} would name a variable of the script`,
          help: 'write the name itself, and give the value where it is used',
        };
      }
      return {
        code,
        message:
          detail === ''
            ? `${hole} is an argument of a command whose name is not known: it could run its arguments as code`
            : `${hole} would choose which program runs`,
        help:
          detail === ''
            ? `write the command's name, or write \`${line}\` and use \`"$${name}"\``
            : `name the program: \`case ${hole} in a) run-a ;; b) run-b ;; esac\`; or use \`argv\` instead of \`run\``,
      };
    default:
      return {
        code,
        message: `it is not certain how the shell reads ${hole}${detail === '' ? ' here' : ` ${detail}`}`,
        help: `write \`${line}\` and use \`"$${name}"\`, or put ${hole} in double quotes of its own`,
      };
  }
}

/** Words that the script could not be followed. */
export function unclearProblem(expression: string, why: string | null, line: number | null): Problem {
  const { name, line: env } = suggestEnv(expression);
  const place = why === null ? '' : ` (line ${line} of the script: ${why})`;
  return {
    code: 'interpolation-unclear',
    message: `it is not certain how the shell reads ${holeText(expression)}, as the script can't be followed here${place}`,
    help: `write the statement in a plainer way, or write \`${env}\` and use \`"$${name}"\``,
  };
}

function holeText(expression: string): string {
  const short = expression.replace(/\s+/g, ' ');
  return `\${{ ${short.length > 60 ? `${short.slice(0, 59)}…` : short} }}`;
}

function singleQuotesHelp(around: string | null, hole: string): string {
  const inner = around?.startsWith("'") === true ? around.slice(1, -1) : null;
  const outside = inner?.replace(/\$\{\{(?:'[^']*'|[^}'])*\}\}/g, '') ?? '$';
  if (inner !== null && inner.length <= 80 && !/[$`"\\!\n]/.test(outside)) return `write double quotes: \`"${inner}"\``;
  return `end the quotes before it and begin them again behind it: \`'…'${hole}'…'\``;
}

function arithmeticMessage(hole: string, detail: string): string {
  if (detail === '') return `${hole} stands in arithmetic, which runs commands that a value may contain (\`a[$(…)]\`)`;
  return `${hole} could be computed by \`${detail}\`, and arithmetic runs commands that a value may contain (\`a[$(…)]\`)`;
}

function arithmeticHelp(hole: string, detail: string, { name, line }: { name: string; line: string }): string {
  const checked = `n=${hole}; case $n in ""|*[!0-9]*) exit 2 ;; esac`;
  if (detail === '' || detail === '[[') return `make sure that it is a number, \`${checked}\`, and compute with \`n\``;
  if (detail === '[' || detail === 'test')
    return `write one test for each \`[\` and quote the other words, or check a number first: \`${checked}\``;
  return `write names of variables as they are, and give a value to one without \`-i\`, where it can be checked: \`${checked}\`; or write \`${line}\` and use \`"$${name}"\``;
}

function evalMessage(hole: string, detail: string): string {
  if (detail === 'alias') return `${hole} stands in a script that defines aliases, so no command is what it seems`;
  if (detail === 'set') return `${hole} could be an option of \`set\``;
  return `${hole} would become code: \`${detail}\` runs what it is given`;
}

function evalHelp(hole: string, detail: string, { name, line }: { name: string; line: string }): string {
  if (detail === 'set') return `write \`set -- ${hole}\``;
  if (/sh$|^sh\d*$|^ksh93$/.test(detail) && detail !== 'ssh') {
    return `give it as an argument of the code: \`${detail} -c 'command "$1"' ${detail} ${hole}\``;
  }
  if (/^python|^pypy/.test(detail)) return `write \`${line}\` and read \`os.environ["${name}"]\` in the code`;
  if (detail === 'node') return `write \`${line}\` and read \`process.env.${name}\` in the code`;
  if (detail.endsWith('awk')) return `write \`${line}\` and read \`ENVIRON["${name}"]\` in the program`;
  if (detail === 'perl' || detail === 'ruby')
    return `write \`${line}\` and read \`${detail === 'perl' ? `$ENV{${name}}` : `ENV["${name}"]`}\` in the code`;
  if (detail.endsWith('sed')) return `use a program that takes it as data: \`${line}\` and \`perl -pe 's/…/$ENV{${name}}/'\``;
  return `write \`${line}\` and let the code read \`$${name}\`, quoted for its language`;
}
