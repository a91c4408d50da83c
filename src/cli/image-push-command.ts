import type { Command } from 'commander';
import type { LoadEnd, LoadLine } from '../api/engine-image.ts';
import { SatsumaError } from '../model/errors.ts';
import { repeated } from '../run-options/placement-options.ts';
import type { ApiStream } from './api-client.ts';
import { commandOf } from './engine-choice.ts';
import { refuseFailed } from './failed-engines.ts';
import { followProgress } from './follow-progress.ts';
import { givenArchive } from './given-archive.ts';
import { examples, paragraph } from './help-text.ts';
import { PushView } from './image-push-view.ts';
import type { Io } from './io.ts';
import { jsonLines } from './json-lines.ts';
import { line } from './line.ts';
import { type OutputFlags, withJson, writeJson, writeText } from './output.ts';
import { decimalSize } from './size-text.ts';

interface Flags extends OutputFlags {
  readonly from: string;
  readonly to?: string[];
}

export function pushImageCommand(words: string, stream: ApiStream, io: Io): Command {
  const files = 'Without a name, all images of the file or of standard input are pushed.';
  return withJson(commandOf(words))
    .description('copy an image to engines, without a registry; each gets the layers that it lacks')
    .addHelpText('after', paragraph(files))
    .addHelpText(
      'after',
      examples(`satsuma ${words} web:2 --from web-1 --to label:zone=eu`, `satsuma ${words} --from web.tar --to web-2`),
    )
    .argument('[name]', 'the image, if --from is an engine')
    .requiredOption('--from <engine|file|->', 'an engine; or an archive of "docker save", - for standard input')
    .option(
      '--to <engine|label:LABEL>',
      'an engine, or all with a label; may be repeated; default: all engines',
      repeated,
    )
    .action(async (name: string | undefined, { from, to = [], json }: Flags) => {
      const query = new URLSearchParams();
      for (const each of to) query.append('to', each.replace(/^label=/, 'label:'));
      const archive = await givenArchive(from, io, 'docker save web:2 | ...');
      if (!archive) {
        if (name === undefined)
          throw new SatsumaError('invalid', `there is no file ${from}; for an engine, give the name of the image`);
        query.set('from', from);
        query.set('name', name);
      }
      const answer = stream(`apiv1/engine-images/load?${query}`, archive ?? {});
      const view = new PushView();
      const end = await followProgress(
        io,
        jsonLines<LoadLine>(answer),
        { isEnd, snapshotAfter: (step) => view.after(step), what: 'the images' },
        { json },
      );
      if (json) writeJson(io, end);
      else writeText(io, line`${decimalSize(end.sent_bytes)} sent`);
      refuseFailed(end.engines, 'not pushed to');
    });
}

function isEnd(each: LoadLine): each is LoadEnd {
  return 'engines' in each;
}
