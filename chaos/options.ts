import { parseArgs } from 'node:util';

export interface ChaosOptions {
  /** Determines the faults and the clients' actions: equal seeds give equal schedules. */
  readonly seed: number;
  /** The duration of clients and faults; healing and checking come after it. */
  readonly durationMs: number;
  readonly servers: number;
  readonly engines: number;
  /** Clients that run, list, inspect and destroy containers. */
  readonly clients: number;
}

export const usage = `npm run chaos -- [--minutes N] [--seed S] [--servers 2] [--engines 3] [--clients 8]

Clients run, list, inspect and destroy containers through several servers on one Redis, while servers, engines and Redis
are killed, frozen, cut off and restarted, and Redis loses everything. At the end what the clients were told is compared
with what is there. Exits with 1 when something was lost, doubled or leaked; what it takes to find out why is then in
.lab/chaos-failed/SEED.`;

/** Undefined: the usage was requested. Throws an error with a message for the user. */
export function parseOptions(args: readonly string[]): ChaosOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string', default: '3' },
      seed: { type: 'string', default: '1' },
      servers: { type: 'string', default: '2' },
      engines: { type: 'string', default: '3' },
      clients: { type: 'string', default: '8' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return undefined;
  return {
    seed: number('--seed', values.seed, 0, 2 ** 31 - 1),
    durationMs: 60_000 * number('--minutes', values.minutes, 0.5, 24 * 60, /^\d+(\.\d+)?$/),
    servers: number('--servers', values.servers, 1, 8),
    engines: number('--engines', values.engines, 1, 16),
    clients: number('--clients', values.clients, 1, 64),
  };
}

function number(option: string, text: string, min: number, max: number, form = /^\d+$/): number {
  const value = form.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new Error(`${option} must be a number from ${min} to ${max}, not "${text}".`);
}
