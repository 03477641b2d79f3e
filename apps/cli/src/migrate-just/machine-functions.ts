// Functions of just that ask the machine: each becomes a step that prints the value, once, before the recipe.
// Not here: functions of text alone (constants.ts), environment variables (evaluate.ts).

import type { Scope } from './evaluate.ts';
import { NotConvertible } from './finding.ts';
import { folderOf } from './places.ts';
import { settleScript } from './settle-script.ts';
import { expressionOf, joinValues, knownText, textValue, type Value } from './value.ts';

/** Returns the expression that reads what the function gives, or throws that there is no way to have it. */
export function machineFunction(name: string, args: readonly Value[], scope: Scope): Value {
  if (name === 'os_family') return textValue('unix');
  const script = scriptOf(name, args);
  if (script === null)
    throw new NotConvertible(
      `the function \`${name}\` has no counterpart`,
      'find its value out in a step: `outputs = { value = { from = "stdout" } }`',
    );
  const { draft, module, places } = scope;
  const { run } = settleScript(script, { shell: null });
  const source = draft.capture(scope.name ?? name.replaceAll('_', '-'), { run, workspace: folderOf(module, places) });
  return [{ kind: 'expression', source }];
}

function scriptOf(name: string, args: readonly Value[]): Value | null {
  const [first = [], second] = args.map(word);
  const around = (before: string, after = '') => joinValues(textValue(before), first, textValue(after));
  switch (name) {
    case 'os':
      return textValue(`case "$(uname -s)" in Darwin) echo macos ;; *) uname -s | tr '[:upper:]' '[:lower:]' ;; esac`);
    case 'arch':
      return textValue("uname -m | sed 's/^arm64$/aarch64/'");
    case 'num_cpus':
      return textValue('getconf _NPROCESSORS_ONLN');
    case 'uuid':
      return textValue("uuidgen | tr '[:upper:]' '[:lower:]'");
    case 'datetime':
      return joinValues(textValue('date +'), first);
    case 'datetime_utc':
      return joinValues(textValue('date -u +'), first);
    case 'uppercase':
      return around("printf '%s' ", " | tr '[:lower:]' '[:upper:]'");
    case 'lowercase':
      return around("printf '%s' ", " | tr '[:upper:]' '[:lower:]'");
    case 'trim':
      return around("printf '%s' ", " | sed 's/^[[:space:]]*//; s/[[:space:]]*$//'");
    case 'replace': {
      const [from, to] = args.slice(1).map(knownText);
      if (typeof from !== 'string' || typeof to !== 'string' || from === '' || /['\n]/.test(from + to)) return null;
      const pattern = from.replaceAll(/[\\.*[\]^$/]/g, '\\$&');
      return around("printf '%s' ", ` | sed 's/${pattern}/${to.replaceAll(/[\\&/]/g, '\\$&')}/g'`);
    }
    case 'file_name':
      return around('basename -- ');
    case 'parent_directory':
    case 'parent_dir':
      return around('dirname -- ');
    case 'canonicalize':
    case 'absolute_path':
      return around('realpath -- ');
    case 'path_exists':
      return around('if [ -e ', ' ]; then echo true; else echo false; fi');
    case 'read':
      return around('cat -- ');
    case 'which':
      return around('command -v ', ' || true');
    case 'require':
      return around('command -v ');
    case 'shell': {
      const command = knownText(args[0] ?? []);
      if (command === null) return null;
      const rest = args
        .slice(1)
        .map(word)
        .flatMap((each) => [textValue(' '), each]);
      return joinValues(
        second === undefined ? [] : joinValues(textValue('set --'), ...rest, textValue('\n')),
        textValue(command),
      );
    }
    default:
      return null;
  }
}

/** A value as one word of a script. */
function word(value: Value): Value {
  const text = knownText(value);
  if (text !== null) return textValue(`'${text.replaceAll("'", "'\\''")}'`);
  return [{ kind: 'expression', source: expressionOf(value) }];
}
