import { quoted } from '../application/problems.ts';
import type { Fields, Value } from '../application/value.ts';
import type { WanPort } from '../model/network-plugin.ts';

/** A port of a service by its name; the only one of a service that names none has the name ''. */
export interface NamedPort {
  readonly name: string;
  /** In the container. `assign`: the service is told which. */
  readonly port: number | 'assign';
  readonly at: Value;
}

const portName = /^[a-zA-Z0-9][a-zA-Z0-9_-]{0,31}$/;
const maxPorts = 64;

/** `ports` as a map, a list of names or a text of names with commas, `port` for one without a name, or neither. */
export function portsOf(fields: Fields, definition: Value): readonly NamedPort[] {
  const one = fields.take('port');
  const several = fields.take('ports');
  if (one && several) one.fail('cannot be beside ports: say one of them');
  const found = several
    ? namedPorts(several)
    : [{ name: '', port: one ? numberOf(one) : ('assign' as const), at: one ?? definition }];
  if (found.length > maxPorts) several?.fail(`has ${found.length} ports, and may have ${maxPorts}`);
  const seen = new Set<string>();
  return found.filter(({ name, at }) => {
    const variable = variableOf(name);
    if (seen.has(variable)) at.fail(`names ${quoted(name)} twice: its variable would be PORT_${variable}`);
    return !seen.has(variable) && seen.add(variable);
  });
}

function namedPorts(value: Value): NamedPort[] {
  if (value.isText || value.tree.kind === 'list')
    return listOf(value).flatMap(([name, at]) => (isName(name, at) ? [{ name, port: 'assign', at }] : []));
  return (value.fields()?.all() ?? []).flatMap(([name, each]) =>
    isName(name, each) ? [{ name, port: numberOf(each), at: each }] : [],
  );
}

/** A list of names, or a text of names with commas. */
export function listOf(value: Value): (readonly [string, Value])[] {
  if (value.isText) return (value.text() ?? '').split(',').map((each) => [each.trim(), value] as const);
  return (value.list() ?? []).map((each) => [each.text() ?? '', each] as const);
}

function isName(name: string, at: Value): boolean {
  if (portName.test(name)) return true;
  at.fail(`has ${quoted(name)} where the name of a port must be, like http`);
  return false;
}

function numberOf(value: Value): number | 'assign' {
  if (value.isText && value.source === 'assign') return 'assign';
  const number = Number(value.isText ? value.text() : Number.NaN);
  if (Number.isInteger(number) && number >= 1 && number <= 65_535) return number;
  value.fail('must be a port from 1 to 65535, or assign');
  return 'assign';
}

/** `DRIVER` of the port `driver`. */
function variableOf(name: string): string {
  return name.toUpperCase().replace(/[^A-Z0-9]/g, '_');
}

export function suffixOf(name: string): string {
  return name === '' ? '' : `_${variableOf(name)}`;
}

/** `wan_map`: `{":80": http}`, an address of the engine and a port, to the name of a port. */
export function wanPorts(
  value: Value | undefined,
  ports: readonly (NamedPort & { readonly number: number })[],
): WanPort[] {
  return (value?.fields()?.all() ?? []).flatMap(([key, each]) => {
    const [, six, four, digits = ''] = /^(?:\[([0-9a-fA-F:.]+)\]|([0-9.]*))?:(\d{1,5})$/.exec(key) ?? [];
    const address = six ?? four;
    const port = Number(digits);
    if (digits === '' || port < 1 || port > 65_535) {
      return each.fail(`has ${quoted(key)} where a port of the engine must be, like ":80" or "10.0.0.5:80"`) ?? [];
    }
    const name = each.text() ?? '';
    const found = ports.find((known) => known.name === name) ?? ports.find((known) => String(known.number) === name);
    if (!found) {
      const names = ports.map((known) => (known.name === '' ? 'one without a name' : known.name)).join(', ');
      return each.fail(`asks for the port ${quoted(name)}, and there is no such port: there is ${names}`) ?? [];
    }
    return [{ name: found.name, number: found.number, port, ...(address ? { address } : {}) }];
  });
}
