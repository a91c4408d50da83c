import { type Command, Option } from 'commander';
import { type PullEnd, type PullLine, pullImagePolicies } from '../api/engine-image.ts';
import { given } from '../model/given.ts';
import type { ApiStream } from './api-client.ts';
import { type ChoiceFlags, choiceOf, commandOf, withChoice } from './engine-choice.ts';
import { refuseFailed } from './failed-engines.ts';
import { followProgress } from './follow-progress.ts';
import { examples, paragraph } from './help-text.ts';
import { PullView } from './image-pull-view.ts';
import type { Io } from './io.ts';
import { jsonLines } from './json-lines.ts';
import { line } from './line.ts';
import { type OutputFlags, withJson, writeJson } from './output.ts';

interface Flags extends ChoiceFlags, OutputFlags {
  readonly policy?: string;
  readonly quiet?: boolean;
}

export function pullImageCommand(words: string, stream: ApiStream, io: Io): Command {
  return withChoice(withJson(commandOf(words)))
    .description('pull an image on engines; default: on all')
    .addHelpText('after', paragraph('Ctrl-C cancels the pull on all engines, as in docker.'))
    .addHelpText('after', examples(`satsuma ${words} redis:7`, `satsuma ${words} --label disk=ssd redis:7`))
    .argument('<name>', 'the image, with an optional registry')
    .addOption(new Option('--policy <policy>', 'missing: skip engines that have the image').choices(pullImagePolicies))
    .option('-q, --quiet', 'print only the name, at the end')
    .action(async (name: string, { json, quiet, ...flags }: Flags) => {
      const body = { name, ...choiceOf(flags), ...given({ policy: flags.policy }) };
      const lines = jsonLines<PullLine>(stream('apiv1/engine-images/pull', body));
      const view = new PullView();
      const end = await followProgress(
        io,
        lines,
        { isEnd, snapshotAfter: (step) => view.after(step), what: 'the pull' },
        { json: json === true || quiet === true },
      );
      if (json) writeJson(io, end);
      if (quiet && !json) io.stderr(failures(end));
      refuseFailed(end.engines, 'not pulled on');
      if (quiet && !json) io.stdout(line`${name}`);
    });
}

/** Failures, for output without a progress view. */
function failures({ engines }: PullEnd): string {
  const sections = Object.entries(engines).map(([engine, each]) =>
    each.ok ? '' : line`${engine}: failed: ${each.message}`,
  );
  return sections.join('');
}

function isEnd(each: PullLine): each is PullEnd {
  return !('engine' in each);
}
