// Rule: what a step uses is there. Not here: its inputs (inputs-are-known.ts and neighbours).

import type { Facts } from './facts.ts';
import type { Report } from '../diagnostic/report.ts';
import type { Rule } from './rule.ts';
import { usesOf, type Use } from './used.ts';

export const usesAreKnown: Rule = {
  code: 'uses-unknown',
  severity: 'error',
  title: 'a step uses something that is not there',
  explanation:
    '`uses` names an action of the same file (`[actions.NAME]`), an action that ships with the engine (`git/diff-summary`), one of an installed plugin (`plugin:NAME/ACTION`), or another workflow (`./other.toml`, relative to this file, or `workflow:ID`). Correct the spelling, install the plugin, or add the file.',
  bad: `id = "example"

[actions.ask-agent]
argv = ["agent", "--ask"]

[steps.review]
uses = "ask-agnet"
`,
  good: `id = "example"

[actions.ask-agent]
argv = ["agent", "--ask"]

[steps.review]
uses = "ask-agent"
`,
  check(facts, report) {
    for (const use of usesOf(facts)) {
      if (use.accepted !== null || isNotAvailable(use) || use.text === `workflow:${facts.model.id}` || report.isFull()) continue;
      report.at([...use.path, 'uses'], 'value', ...describe(use, facts, report));
    }
  },
};

/** Kinds of things that this release knows of but does not carry out. */
export function isNotAvailable({ uses, accepted }: Use): boolean {
  return accepted === null && uses.kind === 'workflow' && uses.isRemote;
}

function describe(
  { uses, text }: Use,
  { actions, catalog }: Facts,
  report: Report,
): [message: string, remarks: { help: string | null }] {
  const local = [...actions.keys()];
  const references = catalog.actions.map((action) => action.reference);
  const candidates = [...local, ...references];
  switch (uses.kind) {
    case 'local': {
      const list =
        local.length === 0
          ? 'this file has no actions'
          : `actions of this file: ${local.map((name) => `\`${name}\``).join(', ')}`;
      return [`there is no action \`${text}\` in this file`, { help: report.didYouMean(text, candidates, list) }];
    }
    case 'builtin':
    case 'wait': {
      const builtins = references.filter((reference) => !reference.includes(':')).map((reference) => `\`${reference}\``);
      const otherwise = builtins.length === 0 ? null : `there are ${builtins.join(', ')}`;
      return [`there is no action \`${text}\``, { help: report.didYouMean(text, candidates, otherwise) }];
    }
    case 'plugin': {
      const prefix = `plugin:${uses.plugin}/`;
      const ofPlugin = references.filter((reference) => reference.startsWith(prefix));
      if (ofPlugin.length === 0) {
        const plugins = references
          .filter((reference) => reference.startsWith('plugin:'))
          .map((reference) => reference.split('/')[0]!);
        const help = report.didYouMean(`plugin:${uses.plugin}`, new Set(plugins), `install the plugin, then validate again`);
        return [`the plugin \`${uses.plugin}\` is not installed`, { help }];
      }
      const list = `it has ${ofPlugin.map((reference) => `\`${reference.slice(prefix.length)}\``).join(', ')}`;
      return [
        `the plugin \`${uses.plugin}\` has no action \`${uses.action}\``,
        { help: report.didYouMean(text, ofPlugin, list) },
      ];
    }
    case 'workflow': {
      const isFile = !text.startsWith('workflow:');
      const help = report.didYouMean(
        text,
        Object.keys(catalog.workflows),
        isFile
          ? 'paths are relative to this file'
          : 'workflows are looked for by their `id` in the folder `workflows` and beside this file',
      );
      return [`there is no workflow \`${text}\``, { help }];
    }
    default:
      return uses satisfies never;
  }
}
