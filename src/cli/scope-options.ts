import type { Command } from 'commander';
import type { AnsweredScope, ScopeFields } from '../api/account.ts';
import { given } from '../model/given.ts';

export interface ScopeFlags {
  readonly project?: readonly string[];
  readonly engineLabel?: readonly string[];
}

/** The scope options of a token, an account or a role. */
export function withScope(command: Command): Command {
  return command
    .option('--project <name>', 'limits it to the project; may be repeated', several)
    .option('--engine-label <KEY=VALUE>', 'limits it to engines with the label; may be repeated', several);
}

export function scopeIn({ project, engineLabel }: ScopeFlags): ScopeFields {
  return given({ projects: project, engine_labels: engineLabel });
}

/** For a column of a list. */
export function scopeText({ projects, engine_labels }: AnsweredScope): string {
  return [...(projects ?? []), ...(engine_labels ?? [])].join(' ');
}

function several(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}
