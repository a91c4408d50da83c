import test from 'ava';
import { parseOptions } from '../../bench/options.ts';

test('without options, everything in its usual number', (t) => {
  t.deepEqual(parseOptions([]), {
    parts: [
      'run',
      'burst',
      'lists',
      'events',
      'logs',
      'streams',
      'images',
      'copies',
      'accounts',
      'services',
      'compose',
      'docker',
      'place',
      'scale',
    ],
    n: {
      run: 60,
      burst: 6,
      lists: 20,
      events: 20,
      logs: 200,
      streams: 20,
      images: 3,
      copies: 5,
      accounts: 600,
      services: 3,
      compose: 5,
      docker: 40,
      place: 1000,
      scale: 3000,
    },
    network: 'bridge',
    store: 'embedded',
    isJson: false,
    isProfiled: false,
  });
});

test('--only takes one part, and --n is its number', (t) => {
  const options = parseOptions(['--only', 'burst', '--n', '2', '--network', 'host', '--store', 'redis', '--json']);
  t.deepEqual(options?.parts, ['burst']);
  t.deepEqual(options?.n, {
    run: 60,
    burst: 2,
    lists: 20,
    events: 20,
    logs: 200,
    streams: 20,
    images: 3,
    copies: 5,
    accounts: 600,
    services: 3,
    compose: 5,
    docker: 40,
    place: 1000,
    scale: 3000,
  });
  t.is(options?.network, 'host');
  t.is(options?.store, 'redis');
  t.true(options?.isJson);
});

test('--help measures nothing', (t) => {
  t.is(parseOptions(['--help']), undefined);
});

const refused = test.macro((t, args: string[], message: RegExp) => {
  t.throws(() => parseOptions(args), { message });
});

test('--n alone could mean any part', refused, ['--n', '5'], /--n needs --only/);
test(
  'a part that is none is refused by name',
  refused,
  ['--only', 'walk'],
  /one of run, burst, lists, events, logs, streams, images, copies, accounts, services, compose, docker, place, scale, not "walk"/,
);
test('none is no number', refused, ['--only', 'run', '--n', '0'], /--n must be a number from 1/);
test('a network that is none', refused, ['--network', 'mesh'], /--network must be one of bridge, host, none/);
test('a store that is none', refused, ['--store', 'etcd'], /--store must be one of embedded, redis/);
test('an option that is none', refused, ['--fast'], /--fast/);
