// Which command asks the agent: the preset's arguments with their places filled.

import { ActionError } from '@workflow-platform/plugin-sdk';
import type { AgentTask } from '../agent-task.ts';
import type { PermissionWay } from '../preset/preset.ts';

export interface AgentCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: { readonly [name: string]: string };
  readonly stdin: string;
}

/** Returns the command of one turn. Throws an ActionError for what the preset does not offer. */
export function commandOf(task: AgentTask, session: string | null, prompt: string): AgentCommand {
  const { preset } = task;
  if (task.permissions === 'ask')
    throw new ActionError(
      `the agent \`${preset.name}\` is a command line, which cannot ask; \`permissions = "ask"\` needs one that speaks the Agent Client Protocol`,
    );
  const way = preset.permissions[task.permissions];
  if (session !== null && preset.resumeArgs === null)
    throw new ActionError(`the preset \`${preset.name}\` does not say how a session is gone on with (\`resume_args\`)`);
  const template = (session === null ? null : preset.resumeArgs) ?? preset.args;
  const options = optionsOf(task, way);
  const hasPlace = template.includes('{options}');
  const places: { readonly [name: string]: string } = { session: session ?? '', prompt };
  const args = [
    ...template.flatMap((one) => (one === '{options}' ? options : [fill(one, places)])),
    ...(hasPlace ? [] : options),
  ];
  return {
    ...programOf(task, args),
    env: { ...preset.env, ...way.env },
    stdin: preset.prompt === 'stdin' ? prompt : '',
  };
}

/** Returns what is started: the preset's program, or what the step names in its place. */
export function programOf({ preset, command }: AgentTask, args: readonly string[]): { program: string; args: readonly string[] } {
  const [program, ...first] = command ?? [preset.program];
  if (program === undefined || program === '')
    throw new ActionError(`the agent \`${preset.name}\` needs the input \`command\`: the program to start, with its arguments`);
  return { program, args: [...first, ...args] };
}

function optionsOf({ preset, model, args }: AgentTask, way: PermissionWay): readonly string[] {
  if (model !== null && preset.modelArgs.length === 0)
    throw new ActionError(`the preset \`${preset.name}\` does not say how a model is chosen (\`model_args\`)`);
  const chosen = model === null ? [] : preset.modelArgs.map((one) => fill(one, { model }));
  return [...way.args, ...chosen, ...args];
}

function fill(template: string, places: { readonly [name: string]: string }): string {
  // In one go: what a value says is no place.
  return template.replace(/\{([a-z]+)\}/g, (whole, name: string) => places[name] ?? whole);
}
