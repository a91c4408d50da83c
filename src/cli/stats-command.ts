import { Command, Option } from 'commander';
import type { AllStats } from '../api/stats.ts';
import type { ApiClient, ApiStream } from './api-client.ts';
import { IncompleteOperation } from './exit-codes.ts';
import { examples, paragraph } from './help-text.ts';
import type { Io } from './io.ts';
import { jsonLines } from './json-lines.ts';
import { line } from './line.ts';
import { formatRows, type ListFormat } from './list/format.ts';
import { formatOption } from './list/list-options.ts';
import { statsList } from './list/stats-list.ts';
import { LiveText } from './live-text.ts';
import { type OutputFlags, withTable, writeJson, writeText } from './output.ts';
import { type Round, sorted, sortKeys, statsTables } from './stats-view.ts';
import { formatTable } from './table.ts';

interface Flags extends OutputFlags {
  readonly stream: boolean;
  readonly format?: ListFormat;
  readonly sort: string;
  readonly engine?: string;
  readonly label?: string;
  readonly image?: string;
}

/** `stats`. (`satsuma top` is docker's: the processes of one container.) */
export function statsCommand(api: ApiClient, stream: ApiStream, io: Io): Command {
  return withTable(new Command('stats'))
    .description('show the live resource usage of engines and containers')
    .addHelpText('after', paragraph('"satsuma top" shows the processes of one container.'))
    .addHelpText('after', examples('satsuma stats', 'satsuma stats --no-stream --sort memory', 'satsuma stats web api'))
    .argument('[container...]', 'only these: ids, prefixes of ids, or names')
    .option('--no-stream', 'print once, and end')
    .addOption(formatOption(statsList).conflicts('json'))
    .addOption(new Option('--sort <key>', 'sort key').choices(sortKeys).default('engine'))
    .option('--engine <id>', 'only the containers of one engine')
    .option('--label <label>', 'only those that asked for this label')
    .option('--image <name>', 'only those of this image')
    .action(async (containers: string[], flags: Flags) => {
      const { engine, label, image } = flags;
      const path = `apiv1/stats?${queryOf({ engine, label, image }, containers)}`;
      const view = { ...flags, isWhole: containers.length === 0 };
      if (flags.stream) return await follow(io, jsonLines<Round>(stream(`${path}&stream=true`)), view);
      const { data, errors } = await api('GET', path);
      const round = { ...(data as AllStats), errors: errors as Round['errors'] };
      if (flags.json) return writeJson(io, data);
      if (flags.format?.template) io.stdout(formatted(round, flags));
      else writeText(io, statsTables(round, flags.sort, view.isWhole), flags);
      io.stderr(silentEngines(round).join(''));
      const { length: silent } = round.errors ?? [];
      if (silent > 0 && silent === round.engines.length) throw new IncompleteOperation(1, 'no engine answered');
    });
}

interface View extends Flags {
  /** No containers were named, so engines are shown, too. */
  readonly isWhole: boolean;
}

/** Overwritten on a terminal, appended to a pipe. With `--json`, one line per sample. */
async function follow(io: Io, rounds: AsyncIterable<Round>, view: View): Promise<void> {
  const { json, trunc = true, sort, isWhole, format } = view;
  const live = new LiveText(io);
  for await (const round of rounds) {
    const terminal = io.terminal?.();
    const tables = statsTables(round, sort, isWhole);
    const style = { width: terminal?.columns, isWhole: !trunc };
    const text = format?.template
      ? formatted(round, view)
      : tables.map((part) => (typeof part === 'string' ? part : formatTable(part, style))).join('');
    if (terminal && !json) live.show([...text.trimEnd().split('\n'), ...silentEngines(round)], terminal);
    else if (!(await io.pipe(Buffer.from(json ? `${JSON.stringify(round)}\n` : `${text}\n`)))) return;
  }
}

/** The containers in docker's format. */
function formatted({ containers }: Round, { format, sort, trunc = true }: Flags): string {
  return format ? formatRows(statsList, sorted(containers, sort), format, { isWhole: !trunc }) : '';
}

function silentEngines({ errors = [] }: Round): string[] {
  return errors.map(({ engine, message }) => line`no answer from ${engine}: ${message}`);
}

function queryOf(filter: object, containers: readonly string[]): URLSearchParams {
  const given = Object.entries(filter).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]]));
  return new URLSearchParams([...given, ...containers.map((each) => ['container', each])] as [string, string][]);
}
