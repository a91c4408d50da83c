import { InvalidArgumentError } from 'commander';
import { type PortBinding, protocols } from '../model/image-config.ts';

/** The maximum of an image config. */
const maxPorts = 256;
const published = /^(?:(?:(\[[^\]]+\]|[^:]+):)?(\d*|\d+-\d+):)?(\d+(?:-\d+)?)(?:\/(\w+))?$/;

/** Like `docker run --publish`, which may be repeated: a range maps ports one by one. */
export function port(text: string, previous: readonly PortBinding[] = []): PortBinding[] {
  const [, ip, hostText, containerText = '', proto = 'tcp'] = published.exec(text) ?? [];
  const known = protocols.find((each) => each === proto);
  if (containerText === '' || !known)
    throw new InvalidArgumentError('It must be like 80, 8080:80, 8000-8009:80-89, 10.0.0.5:8080:80 or 53:53/udp.');
  const containerPorts = portsOf(containerText);
  const hostPorts = hostText ? portsOf(hostText) : [];
  if (hostPorts.length > 0 && hostPorts.length !== containerPorts.length)
    throw new InvalidArgumentError(
      'A range needs the same number of host and container ports; 80 lets the engine choose.',
    );
  const bindings = containerPorts.map((container_port, index) => ({
    proto: known,
    ...(ip === undefined ? {} : { host_ip: ip.replace(/^\[|\]$/g, '') }),
    ...(hostPorts[index] ? { port: hostPorts[index] } : {}),
    container_port,
  }));
  return [...previous, ...bindings];
}

/** Like `docker run --expose`, which may be repeated. */
export function exposed(text: string, previous: readonly string[] = []): string[] {
  const [, range, proto = ''] = /^(\d+-\d+)(\/\w+)?$/.exec(text) ?? [];
  return [...previous, ...(range === undefined ? [text] : portsOf(range).map((each) => `${each}${proto}`))];
}

/** `80`, or `8000-8009`. */
function portsOf(text: string): number[] {
  const [first = 0, last = first] = text.split('-').map(Number);
  if (last < first) throw new InvalidArgumentError('A range begins with its lower port.');
  if (last - first >= maxPorts) throw new InvalidArgumentError(`A range has at most ${maxPorts} ports.`);
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
