import { Command } from 'commander';
import type { ApiClient } from './api-client.ts';
import { forEachName } from './for-each-name.ts';
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

/** `inspect`, and `show`, of things of any kind: the document of one, an array of several. */
export function inspectCommand(api: ApiClient, io: Io, { description, example, argument, pathOf }: Inspected): Command {
  return withDocumentJson(new Command('inspect'))
    .alias('show')
    .description(description)
    .addHelpText('after', examples(example))
    .argument(argument[0].replace('>', '...>'), argument[1])
    .action(async (references: string[], flags: OutputFlags) => {
      const [only = ''] = references;
      const read = async (reference: string) => (await api('GET', pathOf(reference))).data;
      if (references.length === 1) return writeDocument(io, await read(only), flags);
      const documents: unknown[] = [];
      const note = async (reference: string) => {
        const data = await read(reference);
        documents.push(data);
        return { data, text: () => [] };
      };
      await forEachName(io, references, {}, note).finally(() => writeDocument(io, documents, flags));
    });
}
