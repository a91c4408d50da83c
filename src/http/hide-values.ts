import { hiddenValue as hidden } from '../model/hidden-value.ts';

/**
 * Options of volume, log and network drivers, in our and in Docker's spelling: they may contain passwords and tokens.
 */
const driverOptions = /^((log_)?options|(volume|driver)_opts|driveropts)$/i;

/**
 * Copies a value without the values of environments and driver options: `environment` and `env` as objects, `Env` as a
 * list of NAME=VALUE, at any depth. The names stay. Recursion is safe, because answers are not deep.
 */
export function hideValues(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(hideValues);
  if (!isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, hideField(key, each)]));
}

function hideField(key: string, value: unknown): unknown {
  if (/^env(ironment)?$/i.test(key)) return hideAll(value);
  if (isPlain(value) && driverOptions.test(key)) return hideAll(value);
  if (key === 'LogConfig' && isPlain(value)) return { ...value, Config: hideAll(value.Config) };
  return hideValues(value);
}

function hideAll(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((each) => (typeof each === 'string' ? hideText(each) : hidden));
  if (isPlain(value)) return Object.fromEntries(Object.keys(value).map((name) => [name, hidden]));
  return value === null || value === undefined ? value : hidden;
}

function hideText(text: string): string {
  const [name = ''] = text.split('=', 1);
  return `${name}=${hidden}`;
}

export type Plain = Readonly<Record<string, unknown>>;

/** An object with fields, not an array or a date. */
export function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
