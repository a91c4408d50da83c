import { Command } from 'commander';
import type { ApiClient } from './api-client.ts';
import { forEachName } from './for-each-name.ts';
import { examples } from './help-text.ts';
import type { Io } from './io.ts';
import { parseTemplate, renderTemplate, type Template } from './list/template.ts';
import { type OutputFlags, withDocumentJson, writeDocument } from './output.ts';

export interface Inspected {
  readonly description: string;
  readonly example: string;
  /** In commander's syntax. */
  readonly argument: readonly [name: string, description?: string];
  /** The API path for the argument, or a function that reads the object. */
  readonly pathOf?: (reference: string) => string;
  readonly read?: (reference: string) => Promise<unknown>;
}

interface Flags extends OutputFlags {
  readonly format?: Template;
}

/** `inspect` and `show` for any kind of object: one document, or an array of several; with `--format` one line each. */
export function inspectCommand(api: ApiClient, io: Io, inspected: Inspected): Command {
  const { description, example, argument, pathOf = () => '' } = inspected;
  const { read = async (reference) => (await api('GET', pathOf(reference))).data } = inspected;
  return withDocumentJson(new Command('inspect'))
    .alias('show')
    .description(description)
    .addHelpText('after', examples(example))
    .argument(argument[0].replace('>', '...>'), argument[1])
    .option(
      '-f, --format <template>',
      "as docker has it, with the fields of the document: '{{json .status}}'",
      parseTemplate,
    )
    .action(async (references: string[], { format, ...flags }: Flags) => {
      const write = (document: unknown) => {
        if (format) io.stdout(`${renderTemplate(format, document)}\n`);
        else writeDocument(io, document, flags);
      };
      const [only = ''] = references;
      if (references.length === 1) return write(await read(only));
      const documents: unknown[] = [];
      const note = async (reference: string) => {
        const data = await read(reference);
        documents.push(data);
        return { data, text: () => [] };
      };
      await forEachName(io, references, {}, note).finally(() => {
        if (format) documents.forEach(write);
        else write(documents);
      });
    });
}
