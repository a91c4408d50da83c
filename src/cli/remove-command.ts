import { Command } from 'commander';
import type { ApiClient } from './api-client.ts';
import { forEachName } from './for-each-name.ts';
import { examples } from './help-text.ts';
import type { Io } from './io.ts';
import { line } from './line.ts';
import { type OutputFlags, withJson } from './output.ts';

interface Removed {
  readonly description: string;
  readonly example: string;
  /** The API path by name. */
  readonly pathOf: (name: string) => string;
}

/** `rm` for objects that are removed immediately: each name is handled and reported separately. */
export function removeCommand(api: ApiClient, io: Io, { description, example, pathOf }: Removed): Command {
  return withJson(new Command('rm'))
    .description(description)
    .argument('<name...>')
    .addHelpText('after', examples(example))
    .action((names: string[], { json }: OutputFlags) =>
      forEachName(io, names, { json }, async (name) => {
        const { data } = await api('DELETE', pathOf(name));
        return { data, text: () => line`${data}` };
      }),
    );
}
