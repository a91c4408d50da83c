import { type Command, Option } from 'commander';
import { type ApiClient, ApiError } from './api-client.ts';
import { pathOfThing } from './engine-things.ts';
import { NotDone } from './exit-codes.ts';
import { paragraph } from './help-text.ts';
import { inspectCommand } from './inspect-command.ts';
import type { Io } from './io.ts';
import { savedImagePath } from './saved-image-commands.ts';

/** What has a name, in the order in which a name is looked for, and where the API has it. A new kind of thing is a line. */
const kinds: Readonly<Record<string, (name: string, api: ApiClient) => string | Promise<string>>> = {
  container: (name) => `apiv1/container/${encodeURIComponent(name)}`,
  service: (name) => `apiv1/service/${encodeURIComponent(name)}`,
  job: (name) => `apiv1/job/${encodeURIComponent(name)}`,
  engine: (name) => `apiv1/engine/${encodeURIComponent(name)}`,
  image: savedImagePath,
  webhook: (name) => `apiv1/webhook/${encodeURIComponent(name)}`,
  // Engines are asked for these.
  volume: (name, api) => pathOfThing(api, 'volume', name, {}),
  network: (name, api) => pathOfThing(api, 'network', name, {}),
};
const names = Object.keys(kinds);

/** `inspect`: of anything, by its name. */
export function inspectAnyCommand(api: ApiClient, io: Io): Command {
  const command = inspectCommand(api, io, {
    description:
      'show anything as JSON by its name: a container and why it is on its engine, a service, a job, an engine',
    example: "satsuma inspect web --format '{{.state}}'",
    argument: ['<what>', 'a name; of a container also an id, or the beginning of one'],
    read: (name) => readAny(api, name, command.opts<{ readonly type?: string }>().type),
  });
  return command
    .addOption(new Option('--type <type>', 'what it is').choices(names))
    .addHelpText(
      'after',
      paragraph(`Where several things have the name, the first of these is shown: ${names.join(', ')}.`),
    );
}

/** Throws `NotDone` where nothing has that name. */
async function readAny(api: ApiClient, name: string, type: string | undefined): Promise<unknown> {
  let ofContainer: ApiError | undefined;
  for (const kind of type === undefined ? names : [type]) {
    try {
      return (await api('GET', (await kinds[kind]?.(name, api)) ?? '')).data;
    } catch (error) {
      // Names of other kinds may have letters that those of this kind have not.
      // Whoever may not see the one may see the other.
      const isNone = error instanceof ApiError && [400, 403, 404].includes(error.status);
      if (!isNone || type !== undefined) throw error;
      // It may say which engine does not answer.
      ofContainer ??= error;
    }
  }
  const [, ...others] = names;
  const rest = `${others.slice(0, -1).join(', ')} or ${others.at(-1)}`;
  throw new NotDone(3, `${ofContainer?.message ?? ''}, and no ${rest} either`);
}
