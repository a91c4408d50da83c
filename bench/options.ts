import { parseArgs } from 'node:util';
import { type Network, networks } from './engines/contestant.ts';

export const parts = [
  'run',
  'burst',
  'lists',
  'events',
  'logs',
  'streams',
  'images',
  'copies',
  'accounts',
  'services',
  'compose',
  'docker',
  'place',
  'scale',
] as const;
export type Part = (typeof parts)[number];

export const stores = ['embedded', 'redis'] as const;
export type StoreKind = (typeof stores)[number];

export interface BenchOptions {
  readonly parts: readonly Part[];
  /** The number of measurements per part. */
  readonly n: Readonly<Record<Part, number>>;
  readonly network: Network;
  readonly store: StoreKind;
  readonly isJson: boolean;
  readonly isProfiled: boolean;
}

export const usage = `npm run bench -- [--only run|burst|lists|events|logs|streams|images|copies|accounts|services|compose|docker|place|scale] [--n N] [--network bridge|host|none] [--store embedded|redis]
                 [--json] [--profile]

  run      POST /apiv1/container against create + start on the bare engine; N containers each (60)
  burst    150 containers from 32 clients over 3 engines against raw round robin; N bursts each (6)
  lists    lists of 150 containers on 3 engines and of 20,000 on 1,000 simulated ones; N of each (20)
  events   1,000 events a second from containers of others on 10 simulated engines; N containers that are to be listed (20)
  logs     /healthz beside 100 clients that follow a log and do not read it; N requests (200)
  streams  a byte to a program, a long log, a reader that is slow, and 700 readers; N events, 10 N bytes (20)
  images   200 MB to three engines against docker save and load, and 5 MB changed; N times (3)
  copies   100 MB of a container and of a volume to another engine, against docker; N times (5)
  accounts a container with a token, a policy and the audit, against one without; N containers each (600)
  services a service of 150 replicas and of one, against Swarm mode and raw clients; N times each (3)
  compose  20 services of a Compose file against raw clients, and once more with nothing to do; N times each (5)
  docker   Docker's API at the door and at one engine: create + start, lists, exec, logs, attach, 32 clients; N of each (40)
  place    10,000 engines with 100,000 containers in memory; N placements of each type and strategy (1000)
  scale    100 and 1,000 simulated engines with 2,000 and 20,000 containers; N containers each time (3000)

--n needs --only. --profile writes a CPU profile of the server to .lab/bench-profile. JSON goes to stdout, progress to
stderr; npm keeps quiet with --silent.`;

const defaultN: BenchOptions['n'] = {
  run: 60,
  burst: 6,
  lists: 20,
  events: 20,
  logs: 200,
  streams: 20,
  images: 3,
  copies: 5,
  accounts: 600,
  services: 3,
  compose: 5,
  docker: 40,
  place: 1000,
  scale: 3000,
};

/** Undefined: the usage was requested. Throws an error with a message for the user. */
export function parseOptions(args: readonly string[]): BenchOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      n: { type: 'string' },
      network: { type: 'string', default: 'bridge' },
      store: { type: 'string', default: 'embedded' },
      json: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return undefined;
  const only = values.only === undefined ? undefined : oneOf('--only', parts, values.only);
  if (values.n !== undefined && only === undefined)
    throw new Error('--n needs --only: the parts count different things.');
  return {
    parts: only ? [only] : parts,
    n: only && values.n !== undefined ? { ...defaultN, [only]: count(values.n) } : defaultN,
    network: oneOf('--network', networks, values.network),
    store: oneOf('--store', stores, values.store),
    isJson: values.json,
    isProfiled: values.profile,
  };
}

function oneOf<T extends string>(option: string, allowed: readonly T[], given: string): T {
  const found = allowed.find((each) => each === given);
  if (found !== undefined) return found;
  throw new Error(`${option} must be one of ${allowed.join(', ')}, not "${given}".`);
}

function count(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new Error(`--n must be a number from 1 to 999999, not "${text}".`);
}
