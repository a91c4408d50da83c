import type { Command } from 'commander';
import type { CopiedVolume, CopyVolumeLine } from '../api/volume.ts';
import { type ApiClient, ApiError, type ApiStream } from './api-client.ts';
import { pathOfThing } from './engine-things.ts';
import { examples, paragraph } from './help-text.ts';
import type { Io } from './io.ts';
import { jsonLines } from './json-lines.ts';
import { line } from './line.ts';
import { type OutputFlags, withJson, writeResult } from './output.ts';
import { Progress } from './progress.ts';
import { decimalSize } from './size-text.ts';

interface Flags extends OutputFlags {
  readonly from?: string;
  readonly to: string;
}

export function copyVolumeCommand(volume: Command, api: ApiClient, stream: ApiStream, io: Io): void {
  const note =
    'The other engine must not have a volume of the name. Both are read again afterwards, and must be equal.';
  withJson(volume.command('copy'))
    .description('copy a volume, with what is in it, to another engine')
    .argument('<name>')
    .requiredOption('--to <engine>', 'the other engine')
    .option('--from <engine>', 'the engine that has it; may be left out where only one has it')
    .addHelpText('after', paragraph(note))
    .addHelpText(
      'after',
      examples('satsuma volume copy data --to web-2', 'satsuma volume copy data --from web-1 --to web-2'),
    )
    .action(async (name: string, { from, to, json }: Flags) => {
      const path = await pathOfThing(api, 'volume', name, { ...(from !== undefined && { engine: from }) }, '--from');
      const data = await follow(io, name, jsonLines<CopyVolumeLine>(stream(`${path}/copy`, { to })), { json });
      const text = () =>
        line`${data.name} copied to engine ${data.to}: ${data.entries} entries, ${decimalSize(data.bytes)}`;
      writeResult(io, { data, text }, { json });
    });
}

async function follow(
  io: Io,
  name: string,
  lines: AsyncIterable<CopyVolumeLine>,
  flags: OutputFlags,
): Promise<CopiedVolume> {
  const progress = new Progress(io, flags);
  for await (const told of lines) {
    if ('ok' in told) return told;
    progress.show({
      text: [line`${name}: ${told.status}, ${decimalSize(told.bytes)}`],
      sayings: new Map([[name, { text: told.status }]]),
    });
  }
  throw new ApiError(502, 'the answer broke off: what became of the copy is not known', undefined);
}
