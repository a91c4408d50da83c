import { stat } from 'node:fs/promises';
import { isAbsolute, relative, resolve } from 'node:path';
import { Option } from 'commander';
import { SatsumaError } from '../../model/errors.ts';
import { visibleLines } from '../../model/visible-text.ts';
import { decimal } from '../../run-options/numbers.ts';
import { repeated } from '../../run-options/placement-options.ts';
import { commandOf } from '../engine-choice.ts';
import { readVariable } from '../environment-file.ts';
import { refuseFailed } from '../failed-engines.ts';
import { givenArchive } from '../given-archive.ts';
import { examples, paragraph } from '../help-text.ts';
import type { Io } from '../io.ts';
import { line } from '../line.ts';
import { type OutputFlags, withJson, writeJson } from '../output.ts';
import { type ClientBuild, runBuild } from './client-build.ts';
import { folderContext } from './folder-context.ts';
import type { Client } from './send-upload.ts';

interface Flags extends OutputFlags {
  readonly tag: string[];
  readonly file?: string;
  readonly target?: string;
  readonly buildArg?: string[];
  readonly label?: string[];
  readonly cache: boolean;
  readonly pull?: boolean;
  readonly platform?: string;
  readonly network?: string;
  readonly quiet?: boolean;
  readonly engine?: string;
  readonly constraint?: string[];
  readonly project?: string;
  readonly to?: string[];
  readonly copies?: number;
}

/** `build`: an image of a folder, on one engine, and on others. */
export function buildCommand(words: string, { api, stream }: Client, io: Io) {
  const where =
    'It is built on one engine: one labelled "builder" if there is any, or one that has an earlier image of that name.';
  return withJson(commandOf(words))
    .description('build an image of a folder with a Dockerfile, on an engine, and copy it to others')
    .addHelpText('after', paragraph(where))
    .addHelpText(
      'after',
      examples(`satsuma ${words} -t shop/web:2 .`, `satsuma ${words} -t shop/web:2 --to label:zone=eu ./web`),
    )
    .argument('<folder>', 'what it is built from; - is a tar archive on standard input')
    .requiredOption('-t, --tag <name>', 'what the image is called; may be repeated', repeated)
    .option('-f, --file <path>', 'the Dockerfile, in the folder; Dockerfile unless set')
    .option('--target <stage>', 'build up to this stage')
    .option(
      '--build-arg <NAME=VALUE>',
      'for the steps; NAME alone has the value of the shell; may be repeated',
      repeated,
    )
    .option('--label <NAME=VALUE>', 'of the image; may be repeated', repeated)
    .option('--no-cache', 'do each step again')
    .option('--pull', 'ask the registry for newer base images')
    .option('--platform <platform>', 'like linux/arm64')
    .addOption(new Option('--network <mode>', 'none: the steps are without a network').choices(['default', 'none']))
    .option('-q, --quiet', 'print the id of the image alone')
    .option('--engine <id>', 'build on this engine')
    .option('--constraint <expression>', 'build on an engine that meets it; may be repeated', repeated)
    .option('--project <name>', 'the project of Satsuma on whose engines it is built')
    .option('--to <engine|label:LABEL>', 'copy it to this engine, or to all with a label; may be repeated', repeated)
    .option('--copies <number>', 'copy it to so many other engines', decimal)
    .action(async (folder: string, flags: Flags) => {
      const { open, isOnce = false, dockerfile } = await contextOf(folder, flags.file, io);
      const query = {
        ...{
          name: flags.tag,
          dockerfile,
          target: flags.target,
          arg: flags.buildArg?.flatMap(withShell),
          label: flags.label,
        },
        ...{ no_cache: flags.cache ? undefined : true, pull: flags.pull, platform: flags.platform },
        ...{ network: flags.network, engine: flags.engine, constraint: flags.constraint, project: flags.project },
        ...{ to: flags.to?.map((each) => each.replace(/^label=/, 'label:')), copies: flags.copies },
      };
      const say = (text: string) => (flags.quiet ? undefined : io.stderr(text));
      const end = await runBuild(
        { api, stream },
        { open, query, isOnce },
        { onLog: (text) => say(visibleLines(text)), onCopy: (text) => say(line`${text}`) },
      );
      if (flags.json) writeJson(io, end);
      else io.stdout(line`${end.image}`);
      refuseFailed(end.engines, 'not copied to');
    });
}

async function contextOf(
  folder: string,
  file: string | undefined,
  io: Io,
): Promise<Pick<ClientBuild, 'open' | 'isOnce'> & { readonly dockerfile: string | undefined }> {
  if (folder === '-') {
    const archive = await givenArchive('-', io, `tar c . | satsuma build -t web:2 -`);
    if (archive) return { open: () => archive as AsyncIterable<Buffer>, isOnce: true, dockerfile: file };
  }
  const found = await stat(folder).catch(() => undefined);
  if (!found?.isDirectory()) throw new SatsumaError('invalid', `${folder} is no folder`);
  const dockerfile = file === undefined ? undefined : withinFolder(folder, file);
  return { open: () => folderContext(folder, dockerfile), dockerfile };
}

/** As docker has it: from where the command runs. */
function withinFolder(folder: string, file: string): string {
  const path = relative(resolve(folder), resolve(file));
  if (!path.startsWith('..') && !isAbsolute(path)) return path;
  throw new SatsumaError('invalid', `${file} is not in ${folder}: a Dockerfile is a part of what is built`);
}

/** A name alone has the value of the shell; without one there it is left to the Dockerfile, as docker has it. */
function withShell(text: string): string[] {
  const known = readVariable(text);
  return known ? Object.entries(known).map(([name, value]) => `${name}=${value}`) : [text];
}
