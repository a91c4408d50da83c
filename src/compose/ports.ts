import { isIP } from 'node:net';
import { quoted } from '../application/problems.ts';
import type { Value } from '../application/value.ts';
import { given } from '../model/given.ts';
import { type PortBinding, protocols } from '../model/image-config.ts';

const short = /^(?:(?:(\[[^\]]+\]|[^:[\]]+):)?(\d*(?:-\d+)?):)?(\d+(?:-\d+)?)(?:\/([a-z]+))?$/;
const maxPorts = 256;

/** `ports`, in both forms. */
export function portBindings(value: Value): PortBinding[] {
  const bindings = (value.list() ?? []).flatMap((each) => (each.isText ? shortPort(each) : longPort(each)) ?? []);
  if (bindings.length > maxPorts) value.fail(`has ${bindings.length} ports, and may have ${maxPorts}`);
  const seen = new Set<string>();
  // Said twice, in two files, it is one.
  return bindings.filter((each) => {
    const key = JSON.stringify(each);
    return seen.has(key) ? false : seen.add(key);
  });
}

function shortPort(value: Value): PortBinding[] | undefined {
  const text = value.text() ?? '';
  const [, address, published = '', target, proto = 'tcp'] = short.exec(text) ?? [];
  if (target === undefined)
    return value.fail(`must be a port like "8080:80" or "127.0.0.1:53:53/udp", and is ${quoted(text)}`);
  return bindings(value, { address: address?.replace(/^\[|\]$/g, ''), published, target, proto });
}

function longPort(value: Value): PortBinding[] | undefined {
  const fields = value.fields();
  if (!fields) return undefined;
  const target = fields.take('target')?.text();
  const published = fields.take('published')?.text() ?? '';
  const address = fields.take('host_ip')?.text();
  const proto = fields.take('protocol')?.text() ?? 'tcp';
  const mode = fields.take('mode');
  // They describe the port, and ask for nothing.
  fields.take('name')?.text();
  fields.take('app_protocol')?.text();
  fields.finish();
  if (mode && mode.text() !== 'host') {
    return mode.fail('must be host: there is no routing mesh, and a port is published on the engine of the replica');
  }
  if (target === undefined) return fields.fail('must have target, the port in the container');
  if (!/^\d+(-\d+)?$/.test(target) || !/^(\d+(-\d+)?)?$/.test(published))
    return fields.fail('must have ports like 80 in target and published');
  return bindings(value, { address, published, target, proto });
}

interface Read {
  readonly address?: string | undefined;
  readonly published: string;
  readonly target: string;
  readonly proto: string;
}

function bindings(value: Value, { address, published, target, proto }: Read): PortBinding[] | undefined {
  const known = protocols.find((each) => each === proto);
  if (known === undefined)
    return value.fail(`has the protocol ${quoted(proto)}, and there are ${protocols.join(', ')}`);
  if (address !== undefined && isIP(address) === 0)
    return value.fail(`has ${quoted(address)} where an IP address of the engine must be`);
  const targets = range(target);
  const hosts = published === '' ? targets.map(() => 0) : range(published);
  const odd = [target, published].find((each) => each !== '' && range(each).length === 0);
  if (odd !== undefined)
    return value.fail(`must have ranges that go up, of at most ${maxPorts} ports, and has ${quoted(odd)}`);
  if ([...targets, ...hosts].some((port) => port > 65_535) || targets.includes(0)) {
    return value.fail(
      `must have ports from 1 to 65535, and is ${quoted(published === '' ? target : `${published}:${target}`)}`,
    );
  }
  if (targets.length !== hosts.length) {
    return value.fail(`must have as many ports before the colon as behind it: ${hosts.length} and ${targets.length}`);
  }
  return targets.map((container_port, at) => ({
    proto: known,
    ...given({ host_ip: address, port: hosts[at] || undefined }),
    container_port,
  }));
}

/** `8000-8002`; nothing where it goes backwards or has too many. */
function range(text: string): number[] {
  const [first = 0, last = first] = text.split('-').map(Number);
  const count = last - first + 1;
  return count < 1 || count > maxPorts ? [] : Array.from({ length: count }, (_, at) => first + at);
}
