import { type Command, InvalidArgumentError } from 'commander';
import type { HealthCheck } from '../model/service.ts';
import { decimal, whole } from '../run-options/numbers.ts';

export interface HealthFlags {
  readonly healthHttp?: Partial<HealthCheck>;
  readonly healthTcp?: Partial<HealthCheck>;
  readonly healthInterval?: number;
  readonly healthTimeout?: number;
  readonly healthRetries?: number;
  readonly healthStartPeriod?: number;
  /** False: `--no-health`. */
  readonly health?: boolean;
}

/** Options for the health check of a service's replicas. */
export function withHealthOptions(command: Command): Command {
  return command
    .option(
      '--health-http <PORT[/PATH]>',
      'check each replica over HTTP at this port of the container; 2xx and 3xx are healthy',
      httpCheck,
    )
    .option('--health-tcp <PORT>', 'check that each replica accepts connections at this port', tcpCheck)
    .option('--health-interval <seconds>', 'time between two checks', decimal)
    .option('--health-timeout <seconds>', 'time for an answer', decimal)
    .option('--health-retries <number>', 'failed checks in a row that make a replica unhealthy', whole)
    .option('--health-start-period <seconds>', 'time after the start in which failed checks do not count', decimal);
}

/**
 * Null removes the check; undefined: not given. `before`: the check in the file. The server adds defaults, and reports
 * missing fields.
 */
export function healthField(
  flags: HealthFlags,
  before: Partial<HealthCheck> | undefined,
): HealthCheck | null | undefined {
  if (flags.health === false) return null;
  const { healthInterval: interval, healthTimeout: timeout } = flags;
  const { healthRetries: retries, healthStartPeriod: start_period } = flags;
  const asked = flags.healthHttp ?? flags.healthTcp;
  const settings = Object.entries({ interval, timeout, retries, start_period }).filter(
    ([, value]) => value !== undefined,
  );
  if (!asked && settings.length === 0) return undefined;
  return { ...(asked ?? before), ...Object.fromEntries(settings) } as HealthCheck;
}

function httpCheck(text: string): Partial<HealthCheck> {
  const [, port, path] = /^(\d{1,5})(\/.*)?$/.exec(text) ?? [];
  if (port === undefined) throw new InvalidArgumentError('It must be like 80 or 80/healthz.');
  return { type: 'http', port: Number(port), ...(path === undefined ? {} : { path }) };
}

function tcpCheck(text: string): Partial<HealthCheck> {
  return { type: 'tcp', port: whole(text) };
}
