import { dockerFields, hostConfigFields, type RuntimeOptions } from '../../model/runtime-options.ts';
import { runtimeKeys } from '../runtime-schema.ts';
import { isNothing } from './is-nothing.ts';
import { type RawMount, rawMountParts, toMount } from './raw-mount.ts';

type Body = Readonly<Record<string, unknown>>;

const mb = (bytes: unknown) => (typeof bytes === 'number' && bytes > 0 ? Math.ceil(bytes / 2 ** 20) : bytes);
const seconds = (nanoseconds: unknown) => (typeof nanoseconds === 'number' ? nanoseconds / 1e9 : nanoseconds);

interface RawUlimit {
  readonly Name?: string;
  readonly Soft?: number;
  readonly Hard?: number;
}

interface RawHealth {
  readonly Test?: readonly string[] | null;
  readonly Interval?: number;
  readonly Timeout?: number;
  readonly StartPeriod?: number;
  readonly StartInterval?: number;
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

/** What is read of a mount and of a health check; Docker knows more of them than a field of ours can say. */
const parts = {
  mount: rawMountParts,
  health: { '': ['Test', 'Interval', 'Timeout', 'StartPeriod', 'StartInterval', 'Retries'] },
} as const;

interface RawRuntime {
  readonly fields: Pick<RuntimeOptions, 'docker'>;
  /** What cannot be said, by its place: neither a field nor `docker` has it. */
  readonly unheld: readonly string[];
}

/**
 * What the body of Docker's container create says of how a container runs, as fields of an image config; what has no field,
 * under Docker's own names, as `docker`. Values are not checked here.
 */
export function runtimeOfRaw(body: Body, isLeftOut: (place: string, value: unknown) => boolean): RawRuntime {
  const { HostConfig, ...config } = body;
  const fields: object[] = [];
  const unheld: string[] = [];
  const restOf = (part: Body, names: Readonly<Record<string, string>>, at: string) =>
    Object.fromEntries(
      Object.entries(part).filter(([key, value]) => {
        if (isLeftOut(`${at}${key}`, value)) return false;
        const field = Object.hasOwn(names, key) ? names[key] : undefined;
        if (field === undefined) return true;
        if (Object.hasOwn(runtimeKeys, field)) fields.push((readers[key] ?? ((same) => ({ [field]: same })))(value));
        else unheld.push(`${at}${key}`);
        unheld.push(...unreadIn(key, value, `${at}${key}`));
        return false;
      }),
    );
  const rest = restOf(config, dockerFields, '');
  const hostRest = restOf((HostConfig ?? {}) as Body, hostConfigFields, 'HostConfig.');
  const docker = { ...rest, ...(Object.keys(hostRest).length > 0 && { HostConfig: hostRest }) };
  const all: RuntimeOptions = Object.assign({}, ...fields, Object.keys(docker).length > 0 ? { docker } : {});
  return { fields: all, unheld };
}

function unreadIn(key: string, value: unknown, place: string): string[] {
  if (key === 'Healthcheck') return unread(value, parts.health, place);
  if (key !== 'Mounts' || !Array.isArray(value)) return [];
  return value.flatMap((mount, index) => unread(mount, parts.mount, `${place}[${index}]`));
}

/** `known`: the keys of the object, and those of the objects in it. */
function unread(value: unknown, known: Readonly<Record<string, readonly string[]>>, place: string): string[] {
  return Object.entries(Object(value) as Body).flatMap(([key, field]) => {
    if (isNothing(field) || field === false || field === 0) return [];
    if (!known['']?.includes(key)) return [`${place}.${key}`];
    const inside = Object.hasOwn(known, key) ? known[key] : undefined;
    return inside === undefined ? [] : unread(field, { '': inside }, `${place}.${key}`);
  });
}

function toHealth({ Test, Interval, Timeout, StartPeriod, StartInterval, Retries }: RawHealth): object {
  const [kind, ...words] = Test ?? [];
  const test = kind === 'NONE' ? 'none' : kind === 'CMD-SHELL' ? words.join(' ') : words;
  return {
    // None is that of the image.
    ...(kind !== undefined && { test }),
    ...(Interval && { interval: seconds(Interval) }),
    ...(Timeout && { timeout: seconds(Timeout) }),
    ...(StartPeriod && { start_period: seconds(StartPeriod) }),
    ...(StartInterval && { start_interval: seconds(StartInterval) }),
    ...(Retries && { retries: Retries }),
  };
}
