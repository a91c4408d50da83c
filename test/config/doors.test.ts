import test from 'ava';
import { describeConfig } from '../../src/config/describe.ts';
import { loadConfig } from '../../src/config/load.ts';

const load = (doors: unknown, others = {}) => loadConfig({ env: {}, overrides: { doors, ...others } });

test('a door listens at its address, and is shown as written', (t) => {
  const doors = { bastion: { 'listen-addr': '127.0.0.1:7000' } };
  const config = load(doors);
  t.deepEqual(config.doors, { bastion: { listen: { host: '127.0.0.1', port: 7000 } } });
  t.deepEqual(describeConfig(config).doors, doors);
});

test('the default port of deblox’s engines is Docker’s', (t) => {
  const listen = { 'listen-addr': '127.0.0.1:8083' };
  const config = load({ deblox: listen });
  t.deepEqual(config.doors.deblox, { listen: { host: '127.0.0.1', port: 8083 }, enginePort: 2376 });
  t.deepEqual(describeConfig(config).doors, { deblox: { ...listen, 'engine-port': 2376 } });
  t.is(load({ deblox: { ...listen, 'engine-port': 5555 } }).doors.deblox?.enginePort, 5555);
});

test('Shipyard’s clients authenticate: its door has no role, and may name a file for the first password', (t) => {
  const shipyard = { 'listen-addr': '127.0.0.1:8084', 'admin-password-file': '/etc/satsuma/password' };
  const config = load({ shipyard });
  t.is(config.doors.shipyard?.adminPasswordFile, '/etc/satsuma/password');
  t.deepEqual(describeConfig(config).doors, { shipyard });
  t.throws(() => load({ shipyard: { ...shipyard, role: 'viewer' } }), {
    message: /"doors\.shipyard\.role" is not a setting/,
  });
  t.notThrows(() => load({ shipyard }, { auth: { mode: 'required' } }));
});

test('Docker’s API has a socket, an address, or both; network clients authenticate', (t) => {
  const docker = { 'listen-addr': '127.0.0.1:2375', socket: '/run/satsuma/docker.sock' };
  const config = load({ docker });
  t.deepEqual(config.doors.docker, { listen: { host: '127.0.0.1', port: 2375 }, socket: '/run/satsuma/docker.sock' });
  t.deepEqual(describeConfig(config).doors, { docker });
  t.notThrows(() => load({ docker: { socket: 'docker.sock' } }, { auth: { mode: 'required' } }));
  t.is(load({ docker: { socket: 'docker.sock', names: 'engine' } }).doors.docker?.names, 'engine');
  t.throws(() => load({ docker: { socket: 'docker.sock', names: 'node' } }), { message: /must be plain or engine/ });
  t.throws(() => load({ docker: {} }), {
    message: /"doors\.docker" must be an object with "listen-addr", "socket", or both/,
  });
  const open = { docker: { 'listen-addr': ':2376' } };
  t.throws(() => load(open), { message: /"doors\.docker\.listen-addr" .* needs accounts and TLS/ });
  t.throws(() => load(open, { auth: { mode: 'required' } }), { message: /needs accounts and TLS/ });
  t.notThrows(() => load(open, { auth: { mode: 'required' }, tls: { cert: 'cert.pem', key: 'key.pem' } }));
  t.regex(String(describeConfig(load(open, { insecure: true })).warnings), /insecure is on/);
});

test('an environment variable contains doors as JSON', (t) => {
  const config = loadConfig({ env: { SATSUMA_DOORS: '{"bastion":{"listen-addr":"[::1]:7000"}}' } });
  t.deepEqual(config.doors.bastion, { listen: { host: '::1', port: 7000 } });
});

test('beyond loopback a door needs the operator’s permission, with a warning', (t) => {
  const doors = { bastion: { 'listen-addr': ':7000' } };
  t.throws(() => load(doors), { message: /^"doors\.bastion\.listen-addr" \(command line\) is ":7000", which other/ });
  t.regex(String(describeConfig(load(doors, { insecure: true })).warnings), /insecure is on/);
});

const refused = test.macro((t, doors: unknown, message: RegExp) => {
  t.throws(() => load(doors), { code: 'invalid', message });
});

test(
  'an unknown door',
  refused,
  { bastian: { 'listen-addr': '127.0.0.1:1' } },
  /"doors\.bastian" is not a setting; did you mean "bastion"\?/,
);
test(
  'an unknown setting of a door',
  refused,
  { bastion: { 'listen-adr': '127.0.0.1:1' } },
  /"doors\.bastion\.listen-adr" is not a setting; did you mean "listen-addr"\?/,
);
test('a door without an address', refused, { bastion: {} }, /"doors\.bastion\.listen-addr" must be HOST:PORT/);
test(
  'doors that are not an object',
  refused,
  'all',
  /"doors" must be an object of doors by name: bastion, calzion, panamax/,
);
test(
  'a door that is not an object',
  refused,
  { bastion: true },
  /"doors\.bastion" must be an object with "listen-addr"/,
);
test(
  'an invalid port',
  refused,
  { deblox: { 'listen-addr': '127.0.0.1:1', 'engine-port': 70_000 } },
  /"doors\.deblox\.engine-port" must be a port number from 1 to 65535, got 70000/,
);
