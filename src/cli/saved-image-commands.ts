import { Command } from 'commander';
import type { SavedImage } from '../api/saved-image.ts';
import { ImageCommand } from '../run-options/image-command.ts';
import { type ImageFlags, mergedImage } from '../run-options/image-options.ts';
import { type ApiClient, ApiError, type ApiStream } from './api-client.ts';
import { readBodyFile } from './body-file.ts';
import { engineImageWords } from './engine-image-commands.ts';
import { examples, paragraph } from './help-text.ts';
import { imageFields, withImageOptions } from './image-options.ts';
import { inspectCommand } from './inspect-command.ts';
import type { Io } from './io.ts';
import { line } from './line.ts';
import { type ListFlags, withList } from './list/list-options.ts';
import { savedImageList } from './list/saved-image-list.ts';
import { writeList } from './list/write-list.ts';
import { type OutputFlags, withJson, writeResult } from './output.ts';
import { removeCommand } from './remove-command.ts';

/** `image`: saved image configs. */
export function savedImageCommands(api: ApiClient, stream: ApiStream, io: Io): Command {
  const image = new Command('image')
    .enablePositionalOptions()
    .description('manage saved image configs, for --from')
    .addHelpText('after', paragraph('For images on the engines see "satsuma engine-image".'))
    .addHelpText('after', examples('satsuma image save redis -p 6379 redis:7', 'satsuma run --from redis'));
  const one = (name: string) => `apiv1/image/${encodeURIComponent(name)}`;

  const save = withJson(new ImageCommand('save'))
    .description('save an image config; if the name exists, as its next version')
    .argument('<name>', 'its name');
  withImageOptions(save, 'an image config')
    .addHelpText('after', examples('satsuma image save redis -p 6379 --memory 256 redis:7'))
    .action(async (name: string, what: string | undefined, args: string[], flags: ImageFlags & OutputFlags) => {
      const file = flags.file === undefined ? {} : await readBodyFile(flags.file);
      const config = mergedImage(file, await imageFields(what, args, flags));
      const saved = await api('POST', 'apiv1/image', { name, image: config }).catch((error: unknown) => {
        if (!(error instanceof ApiError && error.status === 409)) throw error;
        return api('PUT', one(name), { image: config });
      });
      const data = saved.data as SavedImage;
      writeResult(io, { data, text: () => line`${name}@${data.version}` }, flags);
    });

  const ls = withList(new Command('ls'), savedImageList)
    .description('list the saved image configs, the last version of each')
    .addHelpText('after', examples('satsuma image ls'))
    .action(async (flags: ListFlags) => {
      const { data } = await api('GET', 'apiv1/images');
      await writeList(io, savedImageList, { rows: data }, flags);
    });

  const show = inspectCommand(api, io, {
    description: 'show a saved image config as JSON',
    example: 'satsuma image inspect redis@2',
    argument: ['<name>', 'NAME, or NAME@VERSION'],
    pathOf: savedImagePath,
  });

  const rm = removeCommand(api, io, {
    description: 'remove all versions; containers and services made from them do not change',
    example: 'satsuma image rm redis',
    pathOf: one,
  });

  for (const command of [save, ls, show, rm]) image.addCommand(command);
  for (const command of engineImageWords(api, stream, io)) image.addCommand(command, { hidden: true });
  return image;
}

/** The API path for `NAME` or `NAME@VERSION`. */
export function savedImagePath(reference: string): string {
  const [name = '', version] = reference.split('@');
  const query = version === undefined ? '' : `?version=${encodeURIComponent(version)}`;
  return `apiv1/image/${encodeURIComponent(name)}${query}`;
}
