import { Command } from 'commander';
import type { RemovedImages } from '../api/engine-image.ts';
import { given } from '../model/given.ts';
import type { ApiClient, ApiStream } from './api-client.ts';
import { buildCommand } from './build/build-command.ts';
import { type ChoiceFlags, choiceOf, commandOf, withChoice } from './engine-choice.ts';
import { forEachName } from './for-each-name.ts';
import { examples, paragraph } from './help-text.ts';
import { pruneImagesCommand } from './image-prune-command.ts';
import { pullImageCommand } from './image-pull-command.ts';
import { pushImageCommand } from './image-push-command.ts';
import { saveImageCommand } from './image-save-command.ts';
import type { Io } from './io.ts';
import { line } from './line.ts';
import { byName, engineImageList } from './list/engine-image-list.ts';
import { imageStepList } from './list/image-step-list.ts';
import { type ListFlags, withList } from './list/list-options.ts';
import { writeList } from './list/write-list.ts';
import { type OutputFlags, withDocumentJson, withJson, writeDocument, writeResult } from './output.ts';
import { reportSilence, type Silent } from './silent-engines.ts';

/** Creates a command by its full name: `engine-image ls`, or docker's `images`. */
type Maker = (words: string) => Command;

/**
 * The images on the engines. `image` is the group of saved image configs; docker's short commands, and those of its
 * `image` group that are free there, do the same as these.
 */
export function engineImageCommands(api: ApiClient, stream: ApiStream, io: Io): Command[] {
  const makers = makersOf(api, stream, io);
  const group = new Command('engine-image')
    .enablePositionalOptions()
    .description('manage the images on the engines')
    .addHelpText('after', paragraph("Docker's short commands do the same: images, build, pull, tag, rmi and history."))
    .addHelpText('after', examples('satsuma engine-image ls', 'satsuma engine-image prune --dry-run --all'));
  for (const [verb, make] of Object.entries(makers)) group.addCommand(make(`engine-image ${verb}`));
  const { ls, build, pull, push, save, tag, rm, history } = makers;
  return [
    group,
    ls('images'),
    build('build'),
    pull('pull'),
    push('push'),
    save('save'),
    tag('tag'),
    rm('rmi'),
    history('history'),
  ];
}

/** Docker's `image` subcommands that saved image configs do not use; hidden there. */
export function engineImageWords(api: ApiClient, stream: ApiStream, io: Io): Command[] {
  const { build, pull, push, tag, history, prune } = makersOf(api, stream, io);
  return [
    build('image build'),
    pull('image pull'),
    push('image push'),
    tag('image tag'),
    history('image history'),
    prune('image prune'),
  ];
}

function makersOf(api: ApiClient, stream: ApiStream, io: Io) {
  return {
    ls: (words) => listCommand(words, api, io),
    inspect: (words) => inspectCommand(words, api, io),
    history: (words) => historyCommand(words, api, io),
    build: (words) => buildCommand(words, { api, stream }, io),
    pull: (words) => pullImageCommand(words, stream, io),
    tag: (words) => tagCommand(words, api, io),
    rm: (words) => removeCommand(words, api, io),
    push: (words) => pushImageCommand(words, stream, io),
    save: (words) => saveImageCommand(words, stream, io),
    prune: (words) => pruneImagesCommand(words, api, io),
  } satisfies Record<string, Maker>;
}

function listCommand(words: string, api: ApiClient, io: Io): Command {
  return withList(commandOf(words), engineImageList)
    .description('list the images on the engines')
    .addHelpText('after', examples(`satsuma ${words}`, `satsuma ${words} redis`))
    .argument('[name]', 'a name, a name without its tag, or a prefix of an id')
    .option('--engine <id>', 'only those of one engine')
    .option('-a, --all', 'for compatibility with docker; images without a name are always listed')
    .action(async (name: string | undefined, flags: ListFlags & { readonly engine?: string }) => {
      const query = new URLSearchParams(given({ engine: flags.engine, name }) as Record<string, string>);
      const { data, errors } = await api('GET', `apiv1/engine-images?${query}`);
      const rows = byName(data, flags.format);
      await writeList(io, engineImageList, { rows }, flags);
      reportSilence(io, errors as Silent[] | undefined, rows.length === 0);
    });
}

interface OneFlags extends OutputFlags {
  readonly engine?: string;
}

const ofOne = (name: string, engine: string | undefined) =>
  new URLSearchParams(given({ name, engine }) as Record<string, string>);

function inspectCommand(words: string, api: ApiClient, io: Io): Command {
  return withDocumentJson(commandOf(words))
    .description("show an image as Docker's own JSON, from the first engine that has it")
    .addHelpText('after', examples(`satsuma ${words} redis:7`))
    .argument('<name>', 'a name or an id')
    .option('--engine <id>', 'as this engine has it')
    .action(async (name: string, { engine, ...flags }: OneFlags) => {
      const { data } = await api('GET', `apiv1/engine-images/inspect?${ofOne(name, engine)}`);
      writeDocument(io, data, flags);
    });
}

function historyCommand(words: string, api: ApiClient, io: Io): Command {
  return withList(commandOf(words), imageStepList)
    .description('show the history of an image, the last step first')
    .addHelpText('after', examples(`satsuma ${words} redis:7`))
    .argument('<name>', 'a name or an id')
    .option('--engine <id>', 'as this engine has it')
    .action(async (name: string, { engine, ...flags }: ListFlags & { readonly engine?: string }) => {
      const { data } = await api('GET', `apiv1/engine-images/history?${ofOne(name, engine)}`);
      await writeList(io, imageStepList, { rows: data }, flags);
    });
}

function tagCommand(words: string, api: ApiClient, io: Io): Command {
  return withChoice(withJson(commandOf(words)))
    .description('tag an image, on each engine that has it')
    .addHelpText('after', examples(`satsuma ${words} web:built registry:5000/web:2`))
    .argument('<name>', 'a name or an id')
    .argument('<tag>', 'the other name')
    .action(async (name: string, tag: string, flags: ChoiceFlags & OutputFlags) => {
      const { data, errors } = await api('POST', 'apiv1/engine-images/tag', { name, tag, ...choiceOf(flags) });
      writeResult(io, { data, text: () => '' }, flags);
      reportSilence(io, errors as Silent[] | undefined, true);
    });
}

function removeCommand(words: string, api: ApiClient, io: Io): Command {
  return withChoice(withJson(commandOf(words)))
    .description('remove images from the engines, by name or id')
    .addHelpText('after', examples(`satsuma ${words} web:1`, `satsuma ${words} --engine web-1 redis:6 redis:7`))
    .argument('<name...>', 'names or ids; if an image has several names, only the name is removed')
    .option('-f, --force', 'even if stopped containers use it')
    .action((names: string[], { force, json, ...flags }: ChoiceFlags & OutputFlags & { readonly force?: boolean }) =>
      forEachName(io, names, { json }, async (name) => {
        const body = { name, ...choiceOf(flags), ...given({ force }) };
        const { data, errors } = await api('POST', 'apiv1/engine-images/remove', body);
        const { engines } = data as { readonly engines: RemovedImages };
        reportSilence(io, errors as Silent[] | undefined, true);
        return { data, text: () => Object.entries(engines).map(removalText).join('') };
      }),
    );
}

function removalText([engine, { untagged, deleted }]: [string, RemovedImages[string]]): string {
  const images = deleted.filter((each) => each.startsWith('sha256:'));
  return [
    ...untagged.map((name) => line`${engine}: untagged ${name}`),
    ...(images.length > 0
      ? [line`${engine}: deleted ${images.length === 1 ? '1 image or layer' : `${images.length} images and layers`}`]
      : []),
  ].join('');
}
