// What became of the recipes of a justfile, for people.
// Not here: the same as data (subcommands/migrate/just.ts).

import { unreachable } from '@workflow-platform/events';
import type { Conversion, RecipeReport } from '../migrate-just/convert-justfile.ts';
import type { Finding } from '../migrate-just/finding.ts';
import { formatCount } from './format.ts';
import { harmless } from './harmless.ts';
import type { Style } from './style.ts';

/** Renders the report: a line a recipe, what there is to say below it, and the sums. */
export function renderMigration(
  { recipes, notes, aliases }: Conversion,
  look: {
    justfile: string;
    written: readonly { name: string; isNew: boolean }[];
    /** Null when the files were printed. */
    folder: string | null;
    style: Style;
  },
): string {
  const { justfile, written, folder, style } = look;
  const width = Math.max(0, ...recipes.map(({ recipe }) => recipe.length));
  const lines: string[] = [];
  for (const report of recipes) {
    lines.push(`${mark(report, style)} ${report.recipe.padEnd(width)}  ${outcome(report)}`);
    lines.push(...report.findings.flatMap((finding) => findingLines(finding, justfile, style)));
  }
  for (const { name, target } of aliases) lines.push(`· ${name}: an alias; the workflow is \`${target.toLowerCase()}\``);
  if (notes.length > 0) lines.push('', 'all of them:', ...notes.flatMap((note) => findingLines(note, justfile, style)));
  const sums = [
    [count(recipes, 'converted'), 'converted'],
    [count(recipes, 'converted-with-remarks'), 'converted with remarks'],
    [count(recipes, 'replaced'), 'replaced'],
    [count(recipes, 'not-converted'), 'not converted'],
  ].flatMap(([n, what]) => (n === 0 ? [] : [`${n} ${what}`]));
  lines.push('', sums.length === 0 ? 'there is no public recipe' : sums.join(', '));
  if (written.length > 0) {
    const changed = written.filter(({ isNew }) => isNew).length;
    const unchanged = written.length - changed;
    const same = unchanged === 0 ? '' : `, ${unchanged} there already`;
    lines.push(
      `${style.green('✔')} ${formatCount(changed, 'file')} written${same}${folder === null ? '' : `; the workflows in ${harmless(folder)} are valid`}`,
    );
  }
  return `${lines.join('\n')}\n`;
}

function findingLines({ line, message, help }: Finding, justfile: string, style: Style): string[] {
  const place = line === null ? '' : `${harmless(justfile)}:${line}: `;
  const first = `    ${place}${harmless(message)}`;
  return help === null ? [first] : [first, `      ${style.cyan('=')} ${style.bold('help')}: ${harmless(help)}`];
}

function count(recipes: readonly RecipeReport[], status: RecipeReport['status']): number {
  return recipes.filter((report) => report.status === status).length;
}

function mark({ status }: RecipeReport, style: Style): string {
  switch (status) {
    case 'converted':
      return style.green('✔');
    case 'converted-with-remarks':
      return style.yellow('!');
    case 'replaced':
      return '·';
    case 'not-converted':
      return style.red('✘');
    default:
      return unreachable(status);
  }
}

function outcome({ status, file }: RecipeReport): string {
  if (file !== null) return harmless(file);
  return status === 'replaced' ? 'not needed any more' : 'not converted';
}
