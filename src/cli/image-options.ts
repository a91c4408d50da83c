import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import { type PortBinding, protocols, pullPolicies, type RestartPolicy, strategyNames } from '../model/image-config.ts';
import { decimal } from './engine-commands.ts';
import { readJsonFile } from './json-file.ts';
import { type PlacementFlags, placementFields, withPlacementOptions } from './placement-options.ts';

export interface ImageFlags extends PlacementFlags {
  readonly file?: string;
  readonly from?: string;
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
}

/** What to run, as arguments and options; `file` says what can be in one instead. */
export function withImageOptions(command: Command, file: string): Command {
  return withPlacementOptions(command)
    .addArgument(new Argument('[image]', 'its name, as for docker run'))
    .addArgument(new Argument('[args...]', 'what it is started with; put -- before options of its own'))
    .option('-f, --file <file>', file)
    .option('--cpus <number>', 'its share, and its limit', decimal)
    .option('--memory <MB>', 'its share, and its limit', decimal)
    .option('-e, --env <NAME=VALUE>', 'a variable; may be repeated', variable)
    .option('-p, --port <[IP:][PORT:]CONTAINER[/PROTO]>', 'publish a port; may be repeated', port)
    .option('--label <label...>', 'labels for the scheduler: of the engine, or host:ENGINE')
    .option('--type <type>', 'which schedulers are asked; multi unless set, for a service label')
    .addOption(new Option('--strategy <strategy>', 'how engines are ranked').choices(strategyNames))
    .option('--restart <POLICY[:RETRIES]>', 'no, on-failure, always or unless-stopped', restart)
    .option('--volume <volume...>', '/data, name:/data or /host:/data[:ro]')
    .addOption(new Option('--pull <policy>', 'when to pull the image').choices(pullPolicies));
}

/** The body that runs it: of a file whole, or of the options. */
export async function imageBody(name: string | undefined, args: string[], flags: ImageFlags): Promise<object> {
  if (flags.file !== undefined) return await readJsonFile(flags.file);
  return imageFields(name, args, flags);
}

/** What was said of the image, and nothing else. */
export function imageFields(name: string | undefined, args: string[], flags: ImageFlags): object {
  const fields = {
    from: flags.from,
    name,
    args: args.length > 0 ? args : undefined,
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
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/**
 * Where no image has to be named, words behind `--` are arguments, and the first of them is no image:
 * `run --from redis -- sleep 60`.
 */
export function nameNoImage(command: Command, argv: readonly string[]): void {
  const { args, registeredArguments } = command;
  const isOptional = command.name() === 'update' || command.opts().from !== undefined;
  const image = registeredArguments.findIndex((argument) => argument.name() === 'image');
  const dashes = argv.indexOf('--');
  if (!isOptional || image < 0 || dashes < 0) return;
  const countBefore = args.length - (argv.length - dashes - 1);
  if (countBefore <= image) command.processedArgs = [...args.slice(0, image), undefined, args.slice(image)];
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

export function whole(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}
