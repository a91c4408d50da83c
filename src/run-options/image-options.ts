import { Argument, InvalidArgumentError, Option } from 'commander';
import { SatsumaError } from '../model/errors.ts';
import { given } from '../model/given.ts';
import {
  type ImageConfig,
  type NetworkAttachment,
  type PortBinding,
  type PullPolicy,
  pullPolicies,
  type RestartPolicy,
  type StrategyName,
  strategyNames,
} from '../model/image-config.ts';
import type { DerivedImage } from '../model/saved-image.ts';
import type { SecretFile } from '../model/secret.ts';
import { commaFields, keyAndValue } from './comma-fields.ts';
import { mergedDocker } from './docker-options.ts';
import type { ImageCommand } from './image-command.ts';
import { network } from './network-option.ts';
import { decimal, megabytes, whole } from './numbers.ts';
import { type PlacementFlags, placementFields, repeated, withPlacementOptions } from './placement-options.ts';
import { port } from './port-option.ts';
import { type RuntimeFlags, runtimeFields, withRuntimeOptions } from './runtime-options.ts';

export interface ImageFlags extends PlacementFlags, RuntimeFlags {
  readonly file?: string;
  readonly from?: string;
  readonly cpus?: number;
  readonly memory?: number;
  readonly env?: Record<string, string>;
  readonly envFile?: string[];
  readonly publish?: PortBinding[];
  /** An older name of `publish`. */
  readonly port?: PortBinding[];
  readonly label?: string[];
  readonly type?: string;
  readonly strategy?: StrategyName;
  readonly restart?: RestartPolicy;
  readonly volume?: string[];
  readonly pull?: PullPolicy;
  readonly network?: readonly (string | NetworkAttachment)[];
  readonly networkAlias?: string[];
  /** Docker's older names. */
  readonly net?: readonly (string | NetworkAttachment)[];
  readonly netAlias?: string[];
  readonly ip?: string;
  readonly ip6?: string;
  readonly hostname?: string;
  readonly entrypoint?: string;
  readonly domainname?: string;
  readonly volumesFrom?: string[];
  readonly secret?: readonly SecretFile[];
  readonly publishAll?: boolean;
  readonly project?: string;
}

/** Parses what follows --env: `NAME` alone may have a value where the command runs. */
type ReadVariable = (text: string, previous?: Record<string, string>) => Record<string, string>;

/** Arguments and options for an image config; `file` describes what a file contains. */
export function addImageOptions(command: ImageCommand, file: string, readVariable: ReadVariable): ImageCommand {
  withPlacementOptions(command)
    .addArgument(new Argument('[image]', 'name of the image, as in docker run'))
    .addArgument(new Argument('[args...]', 'arguments of the container: every word after the image'))
    .option('-f, --file <file>', `${file}, in JSON or YAML; - is standard input; the options change it`)
    .option('--cpus <number>', 'CPUs to reserve for the container, and its limit', decimal)
    .option('-m, --memory <MB>', 'memory to reserve, and the limit; also like 512m or 2g', megabytes)
    .option(
      '-e, --env <NAME=VALUE>',
      'set a variable; NAME alone takes its value from this shell; may be repeated',
      readVariable,
    )
    .option('--env-file <file>', 'read variables from a file, one a line; may be repeated', repeated)
    .option(
      '-p, --publish <[IP:][PORT:]CONTAINER[/PROTO]>',
      'publish a port, or a range like 8000-8009:80-89; may be repeated',
      port,
    )
    .addOption(new Option('--port <port>').argParser(port).hideHelp())
    .option('--label <label>', 'a label that the engine must have, or host:ENGINE; may be repeated', repeated)
    .option('--type <type>', 'which schedulers filter engines; default: label')
    .addOption(new Option('--strategy <strategy>', 'how engines are ranked').choices(strategyNames))
    .option('--restart <POLICY[:RETRIES]>', 'restart policy: no, on-failure, always or unless-stopped', restart)
    .option('-v, --volume <volume>', 'mount /data, name:/data or /host:/data[:ro]; may be repeated', repeated)
    .option(
      '--secret <secret>',
      'a secret as a file in /run/secrets, or at an absolute path: NAME[:FILE], or source=NAME,target=FILE,env=VARIABLE,mode=0400; may be repeated',
      (text: string, before: readonly SecretFile[] = []) => [...before, secretFile(text)],
    )
    .addOption(new Option('--pull <policy>', 'when to pull the image').choices(pullPolicies))
    .option(
      '--network <mode>',
      'network of the container: bridge, host, none, a name, container:NAME, or name=NAME,ip=IP,alias=NAME; may be repeated',
      network,
    )
    .addOption(new Option('--net <mode>').argParser(network).hideHelp())
    .option('--network-alias <name>', 'a name of the container in its network; may be repeated', repeated)
    .addOption(new Option('--net-alias <name>').argParser(repeated).hideHelp())
    .option('--ip <address>', 'its IPv4 address in the network')
    .option('--ip6 <address>', 'its IPv6 address in the network')
    .option('--hostname <name>', 'host name in the container')
    .option('--entrypoint <program>', 'program to run instead of that of the image')
    .option('--domainname <name>', 'domain name in the container')
    .option('--volumes-from <CONTAINER[:ro]>', 'volumes of another container; may be repeated', repeated)
    .option('-P, --publish-all', 'publish all ports that the image exposes')
    .option('--project <name>', 'project that owns it; default: "default"');
  return withRuntimeOptions(command);
}

/** The given fields only; `environment` is that of --env and of the files of --env-file. */
export function fieldsOfImage(
  name: string | undefined,
  args: readonly string[],
  {
    environment,
    ...flags
  }: Omit<ImageFlags, 'env' | 'envFile'> & {
    readonly environment: Record<string, string> | undefined;
  },
): Partial<DerivedImage> {
  return given({
    from: flags.from,
    name,
    args: args.length > 0 ? args : undefined,
    cpus: flags.cpus,
    memory: flags.memory,
    environment,
    bind_ports: flags.publish || flags.port ? [...(flags.publish ?? []), ...(flags.port ?? [])] : undefined,
    labels: flags.label,
    ...placementFields(flags),
    type: flags.type,
    strategy: flags.strategy,
    restart_policy: flags.restart,
    volumes: flags.volume,
    secrets: flags.secret,
    pull: flags.pull,
    ...networkFields(flags),
    hostname: flags.hostname,
    entrypoint: flags.entrypoint === undefined ? undefined : [flags.entrypoint],
    domain: flags.domainname,
    volumes_from: flags.volumesFrom,
    publish: flags.publishAll,
    project: flags.project,
    ...runtimeFields(flags),
  });
}

/** The keys of docker's services. */
const secretKeys: Readonly<Record<string, keyof SecretFile>> = {
  ...{ source: 'name', src: 'name', target: 'target', version: 'version' },
  ...{ env: 'env', mode: 'mode', uid: 'uid', gid: 'gid' },
};

/** `NAME[:FILE]`, or `source=NAME,target=FILE,...`. The server checks the values. */
function secretFile(text: string): SecretFile {
  if (!text.includes('=')) {
    const [name = '', target] = text.split(':', 2);
    return { name, ...(target !== undefined && { target }) };
  }
  const parts = commaFields(text);
  if (!parts) throw new InvalidArgumentError('A quote has no end.');
  const fields = parts.map(keyAndValue).map(([key, value = '']) => {
    const field = Object.hasOwn(secretKeys, key) ? secretKeys[key] : undefined;
    if (field === undefined) {
      throw new InvalidArgumentError(`"${key}" is not known; there is: ${Object.keys(secretKeys).join(', ')}.`);
    }
    const isNumber = ['version', 'uid', 'gid'].includes(field) && /^\d{1,10}$/.test(value);
    return [field, isNumber ? Number(value) : value] as const;
  });
  return { name: '', ...Object.fromEntries(fields) };
}

type NetworkFlags = Pick<ImageFlags, 'network' | 'net' | 'networkAlias' | 'netAlias' | 'ip' | 'ip6'>;

/** A single network without options is a network mode. Alias and address belong to the first network. */
function networkFields({ networkAlias, netAlias, ip, ip6, ...flags }: NetworkFlags): Partial<DerivedImage> {
  const [first, ...others] = [...(flags.network ?? []), ...(flags.net ?? [])];
  const aliases = networkAlias || netAlias ? [...(networkAlias ?? []), ...(netAlias ?? [])] : undefined;
  const endpoint = given({ aliases, ip, ip6 });
  const isPlain = Object.keys(endpoint).length === 0;
  if (first === undefined) {
    if (isPlain) return {};
    throw new SatsumaError('invalid', '--network-alias and --ip need the --network in which they are');
  }
  if (isPlain && others.length === 0 && typeof first === 'string') return { network_mode: first };
  if (isPlain) return { networks: [first, ...others] };
  return { networks: [{ ...(typeof first === 'string' ? { name: first } : first), ...endpoint }, ...others] };
}

/** Overrides fields; maps are merged key by key. */
export function mergedImage(before: object, fields: object): object {
  const { environment, docker } = before as Pick<ImageConfig, 'environment' | 'docker'>;
  const { environment: changes, docker: rest } = fields as Pick<ImageConfig, 'environment' | 'docker'>;
  return {
    ...before,
    ...fields,
    ...(changes && { environment: { ...environment, ...changes } }),
    ...(rest && { docker: mergedDocker(docker, rest) }),
  };
}

export function restart(text: string): { readonly name: string; readonly maximum_retry?: number } {
  const [name = '', retries] = text.split(':');
  return { name, ...(retries === undefined ? {} : { maximum_retry: whole(retries) }) };
}
