import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { type PortBinding, protocols, pullPolicies, type RestartPolicy, strategyNames } from '../model/image-config.ts';
import type { ApiClient } from './api-client.ts';
import { decimal } from './engine-commands.ts';
import type { Io } from './io.ts';
import { readJsonFile } from './json-file.ts';
import { type PlacementFlags, placementFields, withPlacementOptions } from './placement-options.ts';
import { formatTable } from './table.ts';

export interface RunFlags extends PlacementFlags {
  readonly file?: string;
  readonly name?: string;
  readonly cpus?: number;
  readonly memory?: number;
  readonly env?: Record<string, string>;
  readonly port?: Partial<PortBinding>[];
  readonly label?: string[];
  readonly type?: string;
  readonly strategy?: string;
  readonly restart?: RestartPolicy;
  readonly volume?: string[];
  readonly pull?: string;
  readonly json?: boolean;
}

interface Ran {
  readonly id: string;
  readonly engine: { readonly id: string; readonly addr: string };
  readonly ports: readonly PortBinding[];
}

interface Planned {
  readonly engine: string | null;
  readonly candidates: readonly { readonly engine: string; readonly score: number }[];
  readonly refused: { readonly engines: readonly { readonly engine: string; readonly message: string }[] };
}

/** `run` and `plan`: the same image config, for real and as a question. */
export function runCommands(api: ApiClient, io: Io): Command[] {
  const run = withImageOptions(new Command('run').description('run a container on the engine that fits best'))
    .addHelpText(
      'after',
      `
Examples:
  satsuma run redis:latest -p 6379:6379 --memory 256
  satsuma run busybox --type label --label ssd -- sleep 60
  satsuma run -f example/redis_image.json`,
    )
    .action(async (image: string | undefined, args: string[], flags: RunFlags) => {
      const { data } = await api('POST', 'apiv1/container', await imageConfig(image, args, flags));
      if (flags.json) return io.stdout(`${JSON.stringify(data)}\n`);
      const { id, engine, ports } = data as Ran;
      const where = ports.map(({ host_ip, port, proto }) => `${host_ip}:${port}/${proto}`).join(', ');
      io.stdout(`${id}\n`);
      io.stderr(`on engine ${engine.id} at ${engine.addr}${where === '' ? '' : `, ports ${where}`}\n`);
    });
  const plan = withImageOptions(
    new Command('plan').description('show where a container would go, and why; changes nothing'),
  )
    .addHelpText('after', '\nExample:\n  satsuma plan redis:latest -p 6379:6379')
    .action(async (image: string | undefined, args: string[], flags: RunFlags) => {
      const { data } = await api('POST', 'apiv1/plan', await imageConfig(image, args, flags));
      io.stdout(flags.json ? `${JSON.stringify(data)}\n` : planTable(data as Planned));
    });
  return [run, plan];
}

export function withImageOptions(command: Command): Command {
  return withPlacementOptions(command)
    .addArgument(new Argument('[image]', 'its name, as for docker run'))
    .addArgument(new Argument('[args...]', 'what it is started with; put -- before options of its own'))
    .option('-f, --file <file>', 'an image config in JSON, instead of the options here')
    .option('--name <name>', 'name of the container')
    .option('--cpus <number>', 'its share, and its limit', decimal)
    .option('--memory <MB>', 'its share, and its limit', decimal)
    .option('-e, --env <NAME=VALUE>', 'a variable; may be repeated', variable)
    .option('-p, --port <[IP:][PORT:]CONTAINER[/PROTO]>', 'publish a port; may be repeated', port)
    .option('--label <label...>', 'labels for the scheduler: of the engine, or host:ENGINE')
    .option('--type <type>', 'which schedulers are asked; multi unless set')
    .addOption(new Option('--strategy <strategy>', 'how engines are ranked').choices(strategyNames))
    .option('--restart <POLICY[:RETRIES]>', 'no, on-failure, always or unless-stopped', restart)
    .option('--volume <volume...>', '/data, name:/data or /host:/data[:ro]')
    .addOption(new Option('--pull <policy>', 'when to pull the image').choices(pullPolicies))
    .option('--json', 'as the API answers');
}

export async function imageConfig(name: string | undefined, args: string[], flags: RunFlags): Promise<unknown> {
  if (flags.file !== undefined) return await readJsonFile(flags.file);
  return {
    name,
    ...(args.length > 0 ? { args } : {}),
    container_name: flags.name,
    cpus: flags.cpus,
    memory: flags.memory,
    environment: flags.env,
    bind_ports: flags.port,
    labels: flags.label,
    ...placementFields(flags),
    type: flags.type,
    strategy: flags.strategy,
    restart_policy: flags.restart,
    volumes: flags.volume,
    pull: flags.pull,
  };
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

function variable(text: string, previous: Record<string, string> = {}): Record<string, string> {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError('It must be NAME=VALUE.');
  return { ...previous, [name]: value };
}

function port(text: string, previous: Partial<PortBinding>[] = []): Partial<PortBinding>[] {
  const pattern = /^(?:(?:(\[[^\]]+\]|[^:]+):)?(\d*):)?(\d+)(?:\/(\w+))?$/;
  const [, ip, hostPort, containerPort, proto = 'tcp'] = pattern.exec(text) ?? [];
  const known = protocols.find((each) => each === proto);
  if (containerPort === undefined || !known) {
    throw new InvalidArgumentError('It must be like 80, 8080:80, 10.0.0.5:8080:80 or 53:53/udp.');
  }
  const binding = {
    proto: known,
    ...(ip === undefined ? {} : { host_ip: ip.replace(/^\[|\]$/g, '') }),
    ...(hostPort ? { port: Number(hostPort) } : {}),
    container_port: Number(containerPort),
  };
  return [...previous, binding];
}

function restart(text: string): { readonly name: string; readonly maximum_retry?: number } {
  const [name = '', retries] = text.split(':');
  return { name, ...(retries === undefined ? {} : { maximum_retry: decimal(retries) }) };
}
