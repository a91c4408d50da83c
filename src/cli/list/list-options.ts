import { type Command, InvalidArgumentError, Option } from 'commander';
import { type OutputFlags, withTable } from '../output.ts';
import { fieldsOf, type ListFormat, parseFormat } from './format.ts';
import type { List, ListFilter } from './list.ts';

const outputForms = ['json', 'yaml', 'wide', 'name'] as const;

/** The values of each given key. */
type Filters = Readonly<Record<string, readonly string[]>>;

/** The options of every list. */
export interface ListFlags extends OutputFlags {
  readonly output?: (typeof outputForms)[number];
  readonly format?: ListFormat;
  readonly filter?: Filters;
  readonly quiet?: boolean;
}

/** Adds the options of lists to a command. */
export function withList<Row>(command: Command, list: List<Row>): Command {
  const keys = Object.keys(list.filters);
  return withTable(command)
    .addOption(
      new Option('-o, --output <form>', 'json and yaml: the data of the answer; wide: more columns; name: names only')
        .choices(outputForms)
        .conflicts(['json', 'format']),
    )
    .addOption(formatOption(list).conflicts(['json', 'quiet']))
    .option('-f, --filter <KEY=VALUE>', `only those of it; keys: ${keys.join(', ')}; may be repeated`, filterOf(list))
    .option('-q, --quiet', `print only the ${list.quiet.what}`);
}

/** Docker's format option, with the fields of the list. */
export function formatOption<Row>(list: List<Row>): Option {
  const description = `as docker has it, like '${exampleOf(list)}'; fields: ${fieldsOf(list).join(', ')}`;
  return new Option('--format <template>', description).argParser((text) => parseFormat(list, text));
}

function exampleOf<Row>({ columns }: List<Row>): string {
  const [first, second] = columns.map(({ field }) => `{{.${field}}}`);
  return `${first} ${second}`;
}

function filterOf<Row>({ filters }: List<Row>): (text: string, previous?: Filters) => Filters {
  return (text, previous = {}) => {
    const [, key = '', value = ''] = /^([a-z_-]+)=(.+)$/s.exec(text) ?? [];
    const filter = Object.hasOwn(filters, key) ? filters[key] : undefined;
    if (!filter) {
      throw new InvalidArgumentError(
        `It must be KEY=VALUE, with one of these keys: ${Object.keys(filters).join(', ')}.`,
      );
    }
    if (filter.values?.includes(value) === false) {
      throw new InvalidArgumentError(`"${key}" is one of ${filter.values.join(', ')}.`);
    }
    return { ...previous, [key]: [...(previous[key] ?? []), value] };
  };
}

/** As in docker: one value per key has to match, unless the filter requires all; every key has to match. */
export function isSelected<Row>({ filters }: List<Row>, given: Filters | undefined, row: Row): boolean {
  return Object.entries(given ?? {}).every(([key, values]) => {
    const { matches, isEvery } = filters[key] as ListFilter<Row>;
    const isMatch = (value: string) => matches(row, value);
    return isEvery ? values.every(isMatch) : values.some(isMatch);
  });
}

/** The output is for programs, so no messages are added. */
export function isDocument({ json, output }: ListFlags): boolean {
  return json === true || output === 'json' || output === 'yaml';
}
