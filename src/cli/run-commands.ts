import { Command, Option } from 'commander';
import { type PortBinding, reschedulePolicies } from '../model/image-config.ts';
import { type Answer, type ApiClient, ApiError } from './api-client.ts';
import { type ImageFlags, imageBody, whole, withImageOptions } from './image-options.ts';
import type { Io } from './io.ts';
import { formatTable } from './table.ts';

interface RunFlags extends ImageFlags {
  readonly name?: string;
  readonly reschedule?: string;
  readonly count?: number;
  readonly atomic?: boolean;
  readonly json?: boolean;
}

interface Ran {
  readonly id: string;
  readonly engine: { readonly id: string; readonly addr: string };
  readonly ports: readonly PortBinding[];
}

interface Failed {
  readonly code: string;
  readonly message: string;
  readonly details?: unknown;
}

interface Planned {
  readonly engine: string | null;
  readonly candidates: readonly { readonly engine: string; readonly score: number }[];
  readonly refused: { readonly engines: readonly { readonly engine: string; readonly message: string }[] };
}

/** `run` and `plan`: the same image config, for real and as a question. */
export function runCommands(api: ApiClient, io: Io): Command[] {
  const run = withOptions(new Command('run').description('run a container on the engine that fits best'))
    .option('--count <number>', 'run so many', whole)
    .option('--atomic', 'all of them or none')
    .addHelpText(
      'after',
      `
Examples:
  satsuma run redis:latest -p 6379:6379 --memory 256
  satsuma run busybox --type label --label ssd -- sleep 60
  satsuma run -f example/redis_image.json
  satsuma run --from redis --count 3 --atomic`,
    )
    .action(async (image: string | undefined, args: string[], flags: RunFlags) => {
      const answer = await api('POST', `apiv1/container${severally(flags)}`, await body(image, args, flags));
      if (flags.json) io.stdout(`${JSON.stringify(answer.data)}\n`);
      else for (const each of [answer.data as Ran | Ran[]].flat()) tell(io, each);
      failIfSome(answer);
    });
  const plan = withOptions(new Command('plan').description('show where a container would go, and why; changes nothing'))
    .addHelpText('after', '\nExample:\n  satsuma plan redis:latest -p 6379:6379')
    .action(async (image: string | undefined, args: string[], flags: RunFlags) => {
      const { data } = await api('POST', 'apiv1/plan', await body(image, args, flags));
      io.stdout(flags.json ? `${JSON.stringify(data)}\n` : planTable(data as Planned));
    });
  return [run, plan];
}

function withOptions(command: Command): Command {
  return withImageOptions(command, 'an image config in JSON, instead of the options here')
    .option('--name <name>', 'name of the container')
    .addOption(new Option('--reschedule <when>', 'when it is run on another engine').choices(reschedulePolicies))
    .option('--from <saved>', 'a saved image config, NAME or NAME@VERSION; the options change it')
    .option('--json', 'as the API answers');
}

async function body(image: string | undefined, args: string[], flags: RunFlags): Promise<unknown> {
  const made = await imageBody(image, args, flags);
  return flags.file === undefined ? { ...made, container_name: flags.name, reschedule: flags.reschedule } : made;
}

function severally({ count, atomic }: RunFlags): string {
  if (count === undefined && !atomic) return '';
  return `?count=${count ?? 1}${atomic ? '&atomic=true' : ''}`;
}

function tell(io: Io, { id, engine, ports }: Ran): void {
  const where = ports.map(({ host_ip, port, proto }) => `${host_ip}:${port}/${proto}`).join(', ');
  io.stdout(`${id}\n`);
  io.stderr(`on engine ${engine.id} at ${engine.addr}${where === '' ? '' : `, ports ${where}`}\n`);
}

/** Of several some run and some do not: what failed first tells why. Throws ApiError. */
function failIfSome({ errors }: Answer): void {
  const failed = (errors ?? []) as readonly Failed[];
  const [first] = failed;
  if (!first) return;
  const others = failed.length === 1 ? '1 does not run' : `${failed.length} do not run`;
  throw new ApiError(first.code === 'unschedulable' ? 422 : 502, `${others}: ${first.message}`, first.details);
}

function planTable({ candidates, refused }: Planned): string {
  const rows = [
    ...candidates.map(({ engine, score }, index) => [
      engine,
      index === 0 ? 'would run here' : 'could',
      score.toFixed(1),
    ]),
    ...refused.engines.map(({ engine, message }) => [engine, message, '']),
  ];
  return formatTable([['ENGINE', 'ANSWER', 'SCORE'], ...rows]);
}
