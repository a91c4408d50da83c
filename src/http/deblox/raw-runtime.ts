import { dockerFields, hostConfigFields, type RuntimeOptions } from '../../model/runtime-options.ts';
import { runtimeKeys } from '../runtime-schema.ts';
import { isNothing } from './is-nothing.ts';

type Body = Readonly<Record<string, unknown>>;

const mb = (bytes: unknown) => (typeof bytes === 'number' && bytes > 0 ? Math.ceil(bytes / 2 ** 20) : bytes);
const seconds = (nanoseconds: unknown) => (typeof nanoseconds === 'number' ? nanoseconds / 1e9 : nanoseconds);

interface RawUlimit {
  readonly Name?: string;
  readonly Soft?: number;
  readonly Hard?: number;
}

interface RawMount {
  readonly Type?: string;
  readonly Source?: string;
  readonly Target?: string;
  readonly ReadOnly?: boolean;
  readonly BindOptions?: { readonly Propagation?: string };
  readonly VolumeOptions?: { readonly NoCopy?: boolean };
  readonly TmpfsOptions?: { readonly SizeBytes?: number };
}

interface RawHealth {
  readonly Test?: readonly string[];
  readonly Interval?: number;
  readonly Timeout?: number;
  readonly StartPeriod?: number;
  readonly Retries?: number;
}

/** What Docker says in another way than a field of ours. All others have Docker's value. */
const readers: Readonly<Record<string, (value: unknown) => object>> = {
  ShmSize: (value) => ({ shm_size: mb(value) }),
  MemorySwap: (value) => ({ memory_swap: mb(value) }),
  MemoryReservation: (value) => ({ memory_reservation: mb(value) }),
  Ulimits: (value) => ({
    ulimits: Object.fromEntries(
      (value as RawUlimit[]).map(({ Name, Soft, Hard }) => [Name, { soft: Soft, hard: Hard }]),
    ),
  }),
  LogConfig: (value) => {
    const { Type, Config } = value as { readonly Type?: string; readonly Config?: object };
    return { ...(Type && { log_driver: Type }), ...(!isNothing(Config) && { log_options: Config }) };
  },
  Mounts: (value) => ({ mounts: (value as RawMount[]).map(toMount) }),
  Healthcheck: (value) => ({ health_check: toHealth(value as RawHealth) }),
};

/**
 * What the body of Docker's container create says of how a container runs, as fields of an image config; what has no field,
 * under Docker's own names, as `docker`. Values are not checked here.
 */
export function runtimeOfRaw(body: Body, isLeftOut: (place: string, value: unknown) => boolean): object {
  const { HostConfig, ...config } = body;
  const fields: object[] = [];
  const restOf = (part: Body, names: Readonly<Record<string, string>>, at: string) =>
    Object.fromEntries(
      Object.entries(part).filter(([key, value]) => {
        if (isLeftOut(`${at}${key}`, value)) return false;
        const field = Object.hasOwn(names, key) ? names[key] : undefined;
        if (field === undefined) return true;
        if (Object.hasOwn(runtimeKeys, field)) fields.push((readers[key] ?? ((same) => ({ [field]: same })))(value));
        return false;
      }),
    );
  const rest = restOf(config, dockerFields, '');
  const hostRest = restOf((HostConfig ?? {}) as Body, hostConfigFields, 'HostConfig.');
  const docker = { ...rest, ...(Object.keys(hostRest).length > 0 && { HostConfig: hostRest }) };
  return Object.assign({}, ...fields, Object.keys(docker).length > 0 ? { docker } : {}) as RuntimeOptions;
}

function toMount({ Type, Source, Target, ReadOnly, BindOptions, VolumeOptions, TmpfsOptions }: RawMount): object {
  return {
    type: Type,
    ...(Source && { source: Source }),
    target: Target,
    ...(ReadOnly && { read_only: true }),
    ...(BindOptions?.Propagation && { propagation: BindOptions.Propagation }),
    ...(VolumeOptions?.NoCopy && { nocopy: true }),
    ...(TmpfsOptions?.SizeBytes && { size: mb(TmpfsOptions.SizeBytes) }),
  };
}

function toHealth({ Test = [], Interval, Timeout, StartPeriod, Retries }: RawHealth): object {
  const [kind, ...words] = Test;
  const test = kind === 'NONE' ? 'none' : kind === 'CMD-SHELL' ? words.join(' ') : words;
  return {
    test,
    ...(Interval && { interval: seconds(Interval) }),
    ...(Timeout && { timeout: seconds(Timeout) }),
    ...(StartPeriod && { start_period: seconds(StartPeriod) }),
    ...(Retries && { retries: Retries }),
  };
}
