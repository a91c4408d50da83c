import type { Command } from 'commander';
import type { ContainerPlan, RunningContainer } from '../api/container.ts';
import type { ErrorBody } from '../api/error.ts';
import { bareName } from '../model/bare-name.ts';
import { ImageCommand } from '../run-options/image-command.ts';
import { whole } from '../run-options/numbers.ts';
import { type ContainerFlags, containerBody, withContainerOptions } from '../run-options/run-options.ts';
import { type Answer, type ApiClient, ApiError, type ApiStream } from './api-client.ts';
import { readBodyFile } from './body-file.ts';
import { IncompleteOperation } from './exit-codes.ts';
import { streamNames } from './follow-container.ts';
import { withPullProgress } from './follow-pulls.ts';
import { examples, paragraph } from './help-text.ts';
import { imageFields, withImageOptions } from './image-options.ts';
import type { Io } from './io.ts';
import { line } from './line.ts';
import { noRoomText } from './no-room.ts';
import { withJson, writeResult } from './output.ts';
import type { OpenSession } from './process-session.ts';
import { type AttachFlags, attachedStreams, runAttached, withInputOnce } from './run-attached.ts';
import { detachKeysOption, sigProxyOption } from './session-end.ts';
import type { Table } from './table.ts';

type RunFlags = ContainerFlags & AttachFlags;

const scores = paragraph(
  'SCORE: the engine with the highest score is taken. With binpack it is the mean of CPUs and memory in percent that ' +
    'would be reserved on the engine, so that full engines come first. With spread it is the number of containers, ' +
    'negative, less a thousandth of that mean. With round-robin and random it only tells the order. Soft constraints, ' +
    '--spread and failed starts rank engines before the score does.',
);
const foreground = paragraph(
  'It runs in the background, and its id is printed. With -i, -t or -a it runs in the foreground, as for docker: its ' +
    'streams are those of this command, and the exit code is its own, 126 where its program cannot be run, and 127 where ' +
    'there is none.',
);
const exitCode = paragraph('Exit code 5: no engine has room.');

interface RunContext {
  readonly api: ApiClient;
  readonly stream: ApiStream;
  readonly session: OpenSession;
}

/** `run` and `plan`: the same image config, executed or simulated. */
export function runCommands({ api, stream, session }: RunContext, io: Io): Command[] {
  const run = withOptions(new ImageCommand('run').description('run a container on the engine that fits best'))
    .option('-d, --detach', 'run it in the background, also with -i or -t; the default without -i, -t and -a')
    .option('-a, --attach <stream>', 'attach to stdin, stdout or stderr; may be repeated', streamNames)
    .option(...detachKeysOption)
    .option(...sigProxyOption)
    .option('--count <number>', 'how many containers to run', whole)
    .option('--atomic', 'run all of them, or none')
    .addHelpText(
      'after',
      [
        examples(
          'satsuma run -p 6379:6379 --memory 256 redis:latest',
          'satsuma run -it --rm busybox sh',
          'satsuma run --label ssd busybox sleep 60',
          'satsuma run -f example/redis_image.json --memory 512',
          'satsuma run --from redis --count 3 --atomic',
        ),
        foreground,
      ].join('\n'),
    )
    .action(async (image: string | undefined, args: string[], flags: RunFlags) => {
      const streams = attachedStreams(io, flags);
      const asked = await body(image, args, flags);
      if (streams) {
        const { detachKeys, sigProxy } = flags;
        return await runAttached({ api, stream, session }, io, withInputOnce(asked, streams), {
          streams,
          detachKeys,
          sigProxy,
        });
      }
      const answer = await withPullProgress({ api, stream, io }, asked, (progress) =>
        api('POST', `apiv1/container${countQuery(flags)}`, asked, progress),
      );
      const { data, name = '', names = [name] } = answer;
      const ran = [data as RunningContainer | RunningContainer[]].flat();
      writeResult(io, { data, text: () => ran.map(({ id }) => line`${id}`).join('') }, flags);
      if (!flags.json) for (const [index, each] of ran.entries()) io.stderr(whereText(each, names[index] ?? ''));
      failIfSome(answer);
    });
  const plan = withOptions(
    new ImageCommand('plan').description('show where a container would go, and why; changes nothing'),
  )
    .addHelpText('after', [scores, exitCode, examples('satsuma plan -p 6379:6379 redis:latest')].join('\n'))
    .action(async (image: string | undefined, args: string[], flags: RunFlags) => {
      const { data } = await api('POST', 'apiv1/plan', await body(image, args, flags));
      writeResult(io, { data, text: () => planTable(data as ContainerPlan) }, flags);
      const { candidates, refused } = data as ContainerPlan;
      if (candidates.length > 0) return;
      // The table has already shown each engine's reason.
      const { advice } = refused;
      throw new IncompleteOperation(5, noRoomText('the container', refused) ?? 'there is no engine', { advice });
    });
  return [run, plan];
}

function withOptions(command: ImageCommand): ImageCommand {
  return withContainerOptions(withImageOptions(withJson(command), 'an image config'));
}

async function body(image: string | undefined, args: string[], flags: RunFlags): Promise<object> {
  const file = flags.file === undefined ? {} : await readBodyFile(flags.file);
  return containerBody(file, await imageFields(image, args, flags), flags);
}

function countQuery({ count, atomic }: RunFlags): '' | `?${string}` {
  if (count === undefined && !atomic) return '';
  return `?count=${count ?? 1}${atomic ? '&atomic=true' : ''}`;
}

function whereText({ engine, ports }: RunningContainer, name: string): string {
  const where = ports
    .map(({ host_ip, port, container_port, proto }) => `${host_ip}:${port}->${container_port}/${proto}`)
    .join(', ');
  return line`${bareName(name)} on engine ${engine.id} at ${engine.addr}${where === '' ? '' : `, ports ${where}`}`;
}

/** If some of several containers failed, the first failure is thrown. Throws ApiError. */
function failIfSome({ errors }: Answer): void {
  const failed = (errors ?? []) as readonly ErrorBody[];
  const [first] = failed;
  if (!first) return;
  const others = failed.length === 1 ? '1 container' : `${failed.length} containers`;
  const noRoom = first.code === 'unschedulable' ? noRoomText(others, first.details) : undefined;
  if (noRoom) throw new IncompleteOperation(5, noRoom, first.details);
  const verb = failed.length === 1 ? 'does' : 'do';
  throw new ApiError(
    first.code === 'unschedulable' ? 422 : 502,
    `${others} ${verb} not run: ${first.message}`,
    first.details,
  );
}

function planTable({ candidates, refused }: ContainerPlan): Table {
  const rows = [
    ...candidates.map(({ engine, score, failures }, index) => [
      engine,
      `${index === 0 ? 'would run here' : 'could'}${failures ? `; failed to start containers lately: ${failures}` : ''}`,
      score.toFixed(1),
    ]),
    ...refused.engines.map(({ engine, message }) => [engine, message, '']),
  ];
  return { columns: ['ENGINE', { title: 'ANSWER', kind: 'words' }, 'SCORE'], rows };
}
