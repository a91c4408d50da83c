import { Command } from 'commander';
import type { ApiClient, ApiStream } from '../api-client.ts';
import { examples, paragraph } from '../help-text.ts';
import type { Io } from '../io.ts';
import { configCommand } from './config-command.ts';
import { downCommand } from './down-command.ts';
import { composeLogsCommand } from './logs-command.ts';
import { withProject } from './open-project.ts';
import { psCommand } from './ps-command.ts';
import { diffCommand, upCommand } from './up-command.ts';

/**
 * `compose`: applications from Compose files, across all engines. Options may be given before or after the subcommand.
 */
export function composeCommands(api: ApiClient, stream: ApiStream, io: Io): Command {
  const compose = withProject(new Command('compose'))
    .enablePositionalOptions()
    .description('run applications from Compose files across all engines')
    .addHelpText(
      'after',
      paragraph(
        'Each service of the file becomes the service PROJECT-SERVICE, or a job if others depend on its completion.',
      ),
    )
    .addHelpText(
      'after',
      examples(
        'satsuma compose up -f compose.yaml -p shop',
        'satsuma compose ps -p shop',
        'satsuma compose down -p shop',
      ),
    );
  const commands = [
    upCommand(api, stream, io),
    diffCommand(api, io),
    downCommand(api, io),
    psCommand(api, io),
    composeLogsCommand(api, stream, io),
    configCommand(io),
  ];
  for (const command of commands) compose.addCommand(command);
  return compose;
}
