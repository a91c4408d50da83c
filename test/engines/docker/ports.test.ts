import test from 'ava';
import { deduplicatePorts, portKey, readPortKey } from '../../../src/engines/docker/ports.ts';
import type { PortBinding } from '../../../src/model/image-config.ts';

type Bound = Required<PortBinding>;
const bound = (host_ip: string, port: number, container_port: number, proto: Bound['proto'] = 'tcp'): Bound => {
  return { proto, host_ip, port, container_port };
};

const tidied = test.macro((t, ports: Bound[], expected: Bound[]) => {
  t.deepEqual(deduplicatePorts(ports), expected);
  t.deepEqual(deduplicatePorts([...ports].reverse()), expected, 'in whichever order they come');
});

test(
  'the IPv6 duplicate of an IPv4 binding is removed',
  tidied,
  [bound('0.0.0.0', 80, 80), bound('::', 80, 80)],
  [bound('0.0.0.0', 80, 80)],
);
test('an IPv6 binding without a duplicate is kept', tidied, [bound('::', 80, 80)], [bound('::', 80, 80)]);
test(
  'two host ports of one container port are no duplicates',
  tidied,
  [bound('0.0.0.0', 32768, 80), bound('::', 32769, 80)],
  [bound('0.0.0.0', 32768, 80), bound('::', 32769, 80)],
);
test(
  'two protocols of one port are no duplicates',
  tidied,
  [bound('0.0.0.0', 53, 53), bound('::', 53, 53, 'udp')],
  [bound('0.0.0.0', 53, 53), bound('::', 53, 53, 'udp')],
);
test(
  'a repeated entry is removed',
  tidied,
  [bound('0.0.0.0', 80, 80), bound('0.0.0.0', 80, 80)],
  [bound('0.0.0.0', 80, 80)],
);
test(
  'ports are sorted by container port, protocol, host port and address',
  tidied,
  [
    bound('10.0.0.2', 7, 9),
    bound('10.0.0.1', 7, 9),
    bound('10.0.0.1', 6, 9),
    bound('10.0.0.1', 5, 9, 'udp'),
    bound('1.1.1.1', 9, 8),
  ],
  [
    bound('1.1.1.1', 9, 8),
    bound('10.0.0.1', 6, 9),
    bound('10.0.0.1', 7, 9),
    bound('10.0.0.2', 7, 9),
    bound('10.0.0.1', 5, 9, 'udp'),
  ],
);

test('a port key is parsed as it was formatted', (t) => {
  t.is(portKey({ proto: 'udp', container_port: 53 }), '53/udp');
  t.deepEqual(readPortKey('53/udp'), { proto: 'udp', container_port: 53 });
  t.deepEqual(readPortKey('80'), { proto: 'tcp', container_port: 80 });
});
