import { Command } from 'commander';
import { given } from '../model/given.ts';
import { pair } from '../run-options/option-values.ts';
import type { ApiClient, ApiStream } from './api-client.ts';
import { copyVolumeCommand } from './copy-volume-command.ts';
import { type EngineFlag, engineOption, pathOfThing, pruneCommand, writeErrors } from './engine-things.ts';
import { forEachName } from './for-each-name.ts';
import { examples } from './help-text.ts';
import type { Io } from './io.ts';
import { line } from './line.ts';
import { type ListFlags, withList } from './list/list-options.ts';
import { volumeList } from './list/volume-list.ts';
import { writeList } from './list/write-list.ts';
import { type OutputFlags, withDocumentJson, withJson, writeDocument, writeResult } from './output.ts';

interface CreateFlags extends OutputFlags {
  readonly engine: string;
  readonly driver?: string;
  readonly opt?: Record<string, string>;
  readonly label?: Record<string, string>;
}

/** `volume`: volumes of the engines. */
export function volumeCommands(api: ApiClient, stream: ApiStream, io: Io): Command {
  const volume = new Command('volume')
    .description('manage the volumes of the engines')
    .addHelpText('after', examples('satsuma volume create --engine web-1 data', 'satsuma volume ls'));

  withList(volume.command('ls'), volumeList)
    .description('list the volumes of all engines')
    .addHelpText('after', examples('satsuma volume ls', 'satsuma volume ls -q --filter engine=web-1'))
    .action(async (flags: ListFlags) => {
      const { data, errors } = await api('GET', 'apiv1/volumes');
      await writeList(io, volumeList, { rows: data }, flags);
      writeErrors(io, errors);
    });

  withJson(volume.command('create'))
    .description('create a volume on an engine; an existing one is left unchanged')
    .argument('[name]', 'default: chosen by the engine')
    .requiredOption('--engine <id>', 'on this engine')
    .option('-d, --driver <driver>', 'its driver; default: local')
    .option('-o, --opt <NAME=VALUE>', 'an option of the driver; may be repeated', pair)
    .option('--label <NAME=VALUE>', 'a label of the volume; may be repeated', pair)
    .addHelpText('after', examples('satsuma volume create --engine web-1 data'))
    .action(async (name: string | undefined, { engine, driver, opt: options, label: labels, json }: CreateFlags) => {
      const { data } = await api('POST', 'apiv1/volume', given({ engine, name, driver, options, labels }));
      writeResult(io, { data, text: () => line`${data.name}` }, { json });
    });

  withDocumentJson(volume.command('inspect'))
    .description('show a volume as JSON, with the containers that use it')
    .argument('<name>')
    .option(...engineOption)
    .addHelpText('after', examples('satsuma volume inspect data', 'satsuma volume inspect --engine web-1 data'))
    .action(async (name: string, flags: OutputFlags & EngineFlag) => {
      writeDocument(io, (await api('GET', await pathOfThing(api, 'volume', name, flags))).data, flags);
    });

  withJson(volume.command('rm'))
    .description('remove volumes and their data')
    .argument('<name...>')
    .option(...engineOption)
    .addHelpText('after', examples('satsuma volume rm data', 'satsuma volume rm --engine web-1 data'))
    .action((names: string[], flags: OutputFlags & EngineFlag) =>
      forEachName(io, names, flags, async (name) => {
        const { data } = await api('DELETE', await pathOfThing(api, 'volume', name, flags));
        return { data, text: () => line`${name}` };
      }),
    );

  copyVolumeCommand(volume, api, stream, io);
  pruneCommand(volume, api, io, 'volume')
    .option('-a, --all', 'also named volumes, not only anonymous ones')
    .addHelpText('after', examples('satsuma volume prune --all --dry-run'));
  return volume;
}
