import { Command } from 'commander';
import type { ApiClient } from './api-client.ts';
import { examples } from './help-text.ts';
import type { Io } from './io.ts';
import { type OutputFlags, withDocumentJson, writeDocument } from './output.ts';

export interface Inspected {
  readonly description: string;
  readonly example: string;
  /** As commander takes it. */
  readonly argument: readonly [name: string, description?: string];
  /** Of the API, by what the argument says. */
  readonly pathOf: (reference: string) => string;
}

/** `inspect`, and `show`, of one thing of any kind: its document. */
export function inspectCommand(api: ApiClient, io: Io, { description, example, argument, pathOf }: Inspected): Command {
  return withDocumentJson(new Command('inspect'))
    .alias('show')
    .description(description)
    .addHelpText('after', examples(example))
    .argument(...argument)
    .action(async (reference: string, flags: OutputFlags) => {
      writeDocument(io, (await api('GET', pathOf(reference))).data, flags);
    });
}
