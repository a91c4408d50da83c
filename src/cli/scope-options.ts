import type { Command } from 'commander';
import type { AnsweredScope, ScopeFields } from '../api/account.ts';
import { given } from '../model/given.ts';

export interface ScopeFlags {
  readonly project?: readonly string[];
  readonly engineLabel?: readonly string[];
}

/** To what a token, an account or a role is narrowed. */
export function withScope(command: Command): Command {
  return command
    .option('--project <name>', 'narrows it to things of the project; may be repeated', several)
    .option('--engine-label <KEY=VALUE>', 'narrows it to engines with the label; may be repeated', several);
}

export function scopeIn({ project, engineLabel }: ScopeFlags): ScopeFields {
  return given({ projects: project, engine_labels: engineLabel });
}

/** As a column of a list shows it. */
export function scopeText({ projects, engine_labels }: AnsweredScope): string {
  return [...(projects ?? []), ...(engine_labels ?? [])].join(' ');
}

function several(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}
