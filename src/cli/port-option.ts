import { InvalidArgumentError } from 'commander';
import { type PortBinding, protocols } from '../model/image-config.ts';

/** As many as an image config has. */
const mostPorts = 256;
const published = /^(?:(?:(\[[^\]]+\]|[^:]+):)?(\d*|\d+-\d+):)?(\d+(?:-\d+)?)(?:\/(\w+))?$/;

/** As `docker run --publish`, which may be repeated: a range is a port after the other, on both sides. */
export function port(text: string, previous: readonly PortBinding[] = []): PortBinding[] {
  const [, ip, hostText, containerText = '', proto = 'tcp'] = published.exec(text) ?? [];
  const known = protocols.find((each) => each === proto);
  if (containerText === '' || !known)
    throw new InvalidArgumentError('It must be like 80, 8080:80, 8000-8009:80-89, 10.0.0.5:8080:80 or 53:53/udp.');
  const containerPorts = portsOf(containerText);
  const hostPorts = hostText ? portsOf(hostText) : [];
  if (hostPorts.length > 0 && hostPorts.length !== containerPorts.length)
    throw new InvalidArgumentError(
      'A range needs as many ports of the host as of the container; 80 lets the engine choose.',
    );
  const bindings = containerPorts.map((container_port, index) => ({
    proto: known,
    ...(ip === undefined ? {} : { host_ip: ip.replace(/^\[|\]$/g, '') }),
    ...(hostPorts[index] ? { port: hostPorts[index] } : {}),
    container_port,
  }));
  return [...previous, ...bindings];
}

/** As `docker run --expose`, which may be repeated. */
export function exposed(text: string, previous: readonly string[] = []): string[] {
  const [, range, proto = ''] = /^(\d+-\d+)(\/\w+)?$/.exec(text) ?? [];
  return [...previous, ...(range === undefined ? [text] : portsOf(range).map((each) => `${each}${proto}`))];
}

/** `80`, or `8000-8009`. */
function portsOf(text: string): number[] {
  const [first = 0, last = first] = text.split('-').map(Number);
  if (last < first) throw new InvalidArgumentError('A range begins with its lower port.');
  if (last - first >= mostPorts) throw new InvalidArgumentError(`A range has at most ${mostPorts} ports.`);
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
