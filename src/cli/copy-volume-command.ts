import type { Command } from 'commander';
import type { CopiedVolume, CopyProgress, CopyVolumeLine } from '../api/volume.ts';
import type { ApiClient, ApiStream } from './api-client.ts';
import { pathOfThing } from './engine-things.ts';
import { followProgress } from './follow-progress.ts';
import { examples, paragraph } from './help-text.ts';
import type { Io } from './io.ts';
import { jsonLines } from './json-lines.ts';
import { line } from './line.ts';
import { type OutputFlags, withJson, writeResult } from './output.ts';
import { decimalSize } from './size-text.ts';

interface Flags extends OutputFlags {
  readonly from?: string;
  readonly to: string;
}

export function copyVolumeCommand(volume: Command, api: ApiClient, stream: ApiStream, io: Io): void {
  const note =
    'The target engine must not have a volume of the name. Afterwards both volumes are read again and compared.';
  withJson(volume.command('copy'))
    .description('copy a volume and its data to another engine')
    .argument('<name>')
    .requiredOption('--to <engine>', 'the other engine')
    .option('--from <engine>', 'the engine with the volume; optional if only one has it')
    .addHelpText('after', paragraph(note))
    .addHelpText(
      'after',
      examples('satsuma volume copy data --to web-2', 'satsuma volume copy data --from web-1 --to web-2'),
    )
    .action(async (name: string, { from, to, json }: Flags) => {
      const path = await pathOfThing(api, 'volume', name, { ...(from !== undefined && { engine: from }) }, '--from');
      const lines = jsonLines<CopyVolumeLine>(stream(`${path}/copy`, { to }));
      const snapshotAfter = ({ status, bytes }: CopyProgress) => ({
        text: [line`${name}: ${status}, ${decimalSize(bytes)}`],
        sayings: new Map([[name, { text: status }]]),
      });
      const data = await followProgress(io, lines, { isEnd, snapshotAfter, what: 'the copy' }, { json });
      const text = () =>
        line`${data.name} copied to engine ${data.to}: ${data.entries} entries, ${decimalSize(data.bytes)}`;
      writeResult(io, { data, text }, { json });
    });
}

function isEnd(each: CopyVolumeLine): each is CopiedVolume {
  return 'ok' in each;
}
