import { Command } from 'commander';
import type { InspectedContainer } from '../api/container.ts';
import { bareName } from '../model/bare-name.ts';
import { SatsumaError } from '../model/errors.ts';
import type { ApiClient } from './api-client.ts';
import { IncompleteOperation } from './exit-codes.ts';
import { examples } from './help-text.ts';
import type { Io } from './io.ts';
import { line } from './line.ts';
import { type OutputFlags, withJson, writeResult } from './output.ts';

type Port = InspectedContainer['ports'][number];

/** Docker's `port`: the published ports of a container. */
export function portCommand(api: ApiClient, io: Io): Command {
  return withJson(new Command('port'))
    .description('show the published ports of a container')
    .addHelpText('after', examples('satsuma port web', 'satsuma port web 80/tcp'))
    .argument('<container>', 'an id, a prefix of one, or a name')
    .argument('[port]', 'only this port of the container; default protocol: tcp')
    .action(async (container: string, asked: string | undefined, flags: OutputFlags) => {
      const { data } = await api('GET', `apiv1/container/${encodeURIComponent(container)}`);
      const { name, ports } = data as InspectedContainer;
      const found = asked === undefined ? ports : ports.filter(isPort(asked));
      if (asked !== undefined && found.length === 0)
        throw new IncompleteOperation(1, `no public port ${asked} published for ${bareName(name)}`);
      const text = () => found.map((port) => (asked === undefined ? whole(port) : line`${addressOf(port)}`)).join('');
      writeResult(io, { data: found, text }, flags);
    });
}

/** Throws `invalid`. */
function isPort(asked: string): (port: Port) => boolean {
  const [, number, proto = 'tcp'] = /^(\d{1,5})(?:\/(tcp|udp|sctp))?$/.exec(asked) ?? [];
  if (number === undefined) throw new SatsumaError('invalid', `expected a port like 80 or 53/udp, got ${asked}`);
  return (port) => port.container_port === Number(number) && port.proto === proto;
}

function whole(port: Port): string {
  return line`${port.container_port}/${port.proto} -> ${addressOf(port)}`;
}

function addressOf({ host_ip, port }: Port): string {
  return `${host_ip.includes(':') ? `[${host_ip}]` : host_ip}:${port}`;
}
