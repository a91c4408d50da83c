import test from 'ava';
import { sharedDoor } from './open-door.ts';

/** A request that must be refused whole: the status, what the sentence must say, and that nothing changed. */
const refused = test.macro({
  async exec(t, request: { method: string; url: string; body?: unknown; raw?: string }, status: number, says: RegExp) {
    const { cluster, server } = await sharedDoor();
    const before = await cluster.store.head();
    const calls = cluster.engines[0]?.calls.length;
    const { method, url, body, raw = JSON.stringify(body) } = request;
    const response = await server.inject({
      method,
      url,
      headers: { host: 'localhost' },
      ...(raw === undefined ? {} : { payload: raw }),
    });
    t.is(response.statusCode, status, response.payload);
    const answer = JSON.parse(response.payload);
    t.false(answer.ok);
    t.is(typeof answer.code, 'string');
    t.regex(answer.data, says);
    t.is(await cluster.store.head(), before, 'the store was changed');
    t.is(cluster.engines[0]?.calls.length, calls, 'the engine was called');
  },
  title: (fact = '') => fact,
});

const run = (body: unknown) => ({ method: 'POST', url: '/apiv1/container', body });
const image = (changes: object) => run({ name: 'redis', ...changes });
const add = (changes: object) => ({
  method: 'POST',
  url: '/apiv1/engine',
  body: { id: 'x', addr: 'https://10.0.0.9:2376', ...changes },
});
const port = (changes: object) => image({ bind_ports: [{ container_port: 80, ...changes }] });
const read = (url: string) => ({ method: 'GET', url });

test(
  'a body that is not JSON',
  refused,
  { method: 'POST', url: '/apiv1/container', raw: '{name: redis}' },
  400,
  /^the body is not JSON$/,
);
test('an empty body', refused, { method: 'POST', url: '/apiv1/container' }, 400, /^the body is empty: /);
test(
  'an empty text as body',
  refused,
  { method: 'POST', url: '/apiv1/container', raw: '' },
  400,
  /^the body is empty: /,
);
test('a body that is no object', refused, run([1]), 400, /^the body must be of type object$/);
test(
  'a body with a prototype',
  refused,
  { method: 'POST', url: '/apiv1/container', raw: '{"name":"redis","__proto__":{"cpus":1}}' },
  400,
  /^"__proto__" is not allowed$/,
);
test(
  'a prototype within a body, escaped',
  refused,
  { method: 'POST', url: '/apiv1/container', raw: '{"name":"redis","bind_ports":[{"\\u005f_proto__":{}}]}' },
  400,
  /^"bind_ports\[0\]\.__proto__" is not allowed$/,
);
test('a NUL in an argument', refused, image({ args: ['a', 'b\0c'] }), 400, /^"args\[1\]" has a NUL character/);
test('a NUL in a variable', refused, image({ environment: { A: '\0' } }), 400, /^"environment.A" has a NUL/);
test('a NUL in the name of a variable', refused, image({ environment: { 'A\0': '' } }), 400, /^"environment.A\\0" has/);
test('half a pair', refused, image({ args: ['a', '\ud800'] }), 400, /^"args\[1\]" has half of a surrogate pair/);
test('a NUL in a label', refused, image({ labels: ['\0'] }), 400, /^"labels\[0\]" has a NUL/);
test(
  'a NUL in a service',
  refused,
  { method: 'POST', url: '/apiv1/service', body: { name: 's', image: { name: 'redis', args: ['\0'] } } },
  400,
  /^"image\.args\[0\]" has a NUL/,
);
test('a body of 2 MiB', refused, image({ args: ['x'.repeat(2 * 1024 * 1024)] }), 413, /larger than 1 MiB/);
test('an unknown field', refused, image({ cpu: 1 }), 400, /^"cpu" is not allowed; did you mean "cpus"\?$/);
test('an unknown field within', refused, port({ hostport: 1 }), 400, /"bind_ports\[0\]\.hostport" is not allowed/);
test(
  'a field within, misspelled',
  refused,
  port({ containerport: 1 }),
  400,
  /not allowed; did you mean "container_port"\?/,
);
test(
  'a field that others call so',
  refused,
  image({ comand: ['a'] }),
  400,
  /^"comand" is not allowed; did you mean "args"\?/,
);
test('a field like no other', refused, image({ zzzzzzzz: 1 }), 400, /^"zzzzzzzz" is not allowed$/);
test('a field as long as a book', refused, image({ ['c'.repeat(100_000)]: 1 }), 400, /^"c{400,}\.\.\.$/);
test(
  'no name of a container',
  refused,
  { method: 'POST', url: '/apiv1/container//stop' },
  400,
  /^the name of a container is empty$/,
);
test(
  'no name of an engine',
  refused,
  { method: 'DELETE', url: '/apiv1/engine/' },
  400,
  /^the name of an engine is empty$/,
);
test('a path that is none', refused, read('/apiv1/nosuch'), 404, /^there is no GET at this path: GET \/apiv1\/ lists/);
test(
  'a method that is none',
  refused,
  { method: 'POST', url: '/apiv1/containers' },
  404,
  /^there is no POST at this path: /,
);
test('no name', refused, run({ cpus: 1 }), 400, /^"name" is required: the name of the image to run$/);
test('a name that is no image name', refused, image({ name: 'Red is' }), 400, /"name" must be an image name/);
test('an image name that leaves its path', refused, image({ name: '../../etc' }), 400, /"name" must be an image name/);
test('a number as a string', refused, image({ cpus: '1' }), 400, /"cpus" must be a number/);
test('negative cpus', refused, image({ cpus: -1 }), 400, /"cpus" must be greater than or equal to 0/);
test('absurd cpus', refused, image({ cpus: 1e9 }), 400, /"cpus" must be less than or equal to/);
test('negative memory', refused, image({ memory: -1 }), 400, /"memory"/);
test(
  'less memory than Docker runs anything with',
  refused,
  image({ memory: 5 }),
  400,
  /"memory" must be one of \[0\]|"memory" must be greater than or equal to 6/,
);
test('half a megabyte', refused, image({ memory: 0.5 }), 400, /"memory" must be an integer/);
test('absurd memory', refused, image({ memory: 1e15 }), 400, /"memory" must be/);
test(
  'container port 0',
  refused,
  port({ container_port: 0 }),
  400,
  /"bind_ports\[0\]\.container_port" must be greater than or equal to 1/,
);
test(
  'container port 65536',
  refused,
  port({ container_port: 65_536 }),
  400,
  /container_port" must be less than or equal to 65535/,
);
test(
  'host port 65536',
  refused,
  port({ port: 65_536 }),
  400,
  /"bind_ports\[0\]\.port" must be less than or equal to 65535/,
);
test(
  'a protocol that Docker does not have',
  refused,
  port({ proto: 'icmp' }),
  400,
  /"bind_ports\[0\]\.proto" must be one of/,
);
test(
  'an address that is none',
  refused,
  port({ host_ip: 'here' }),
  400,
  /"bind_ports\[0\]\.host_ip" must be an IP address of the engine/,
);
test(
  'one port twice',
  refused,
  image({
    bind_ports: [
      { port: 80, container_port: 1 },
      { port: 80, container_port: 2 },
    ],
  }),
  400,
  /"bind_ports" binds port tcp\/80 twice/,
);
test(
  'one port on all addresses and on one',
  refused,
  image({
    bind_ports: [
      { port: 80, container_port: 1 },
      { port: 80, container_port: 2, host_ip: '10.0.0.5' },
    ],
  }),
  400,
  /twice/,
);
test('a label that is no string', refused, image({ labels: [1] }), 400, /"labels\[0\]" must be a string/);
test('an unknown type', refused, image({ type: 'nonsense' }), 400, /^no scheduler for type nonsense$/);
test(
  'a type named as a method of objects',
  refused,
  image({ type: 'constructor' }),
  400,
  /^no scheduler for type constructor$/,
);
test('an unknown strategy', refused, image({ strategy: 'best' }), 400, /"strategy" must be one of/);
test(
  'a container name with a slash',
  refused,
  image({ container_name: '/web' }),
  400,
  /"container_name" must begin with a letter/,
);
test('a container name of one letter', refused, image({ container_name: 'w' }), 400, /"container_name".* at least 2/);
for (const volume of ['data', './data:/data', 'd:/data', '/a:b', ':/b', '/a:/b:ro:rw', '']) {
  test(`the volume "${volume}"`, refused, image({ volumes: ['/tmp', volume] }), 400, /"volumes\[1\]" (must|is not)/);
}
test(
  'a volume at the root',
  refused,
  image({ volumes: ['/a:/b/..'] }),
  400,
  /"volumes\[0\]" must not be mounted at \//,
);
test(
  'a volume with a colon at its end',
  refused,
  image({ volumes: ['/a:/b:'] }),
  400,
  /"volumes\[0\]" has unknown or conflicting options/,
);
test(
  'a volume with an unknown option',
  refused,
  image({ volumes: ['/a:/b:rx'] }),
  400,
  /"volumes\[0\]" has unknown or conflicting options/,
);
test(
  'a volume that is read-only and not',
  refused,
  image({ volumes: ['/a:/b:ro,rw'] }),
  400,
  /"volumes\[0\]" has unknown or conflicting options/,
);
test('two volumes at one path', refused, image({ volumes: ['/a:/b', 'vol:/b/'] }), 400, /two volumes at \/b$/);
test('a host name with a space', refused, image({ hostname: 'a b' }), 400, /"hostname" must have only letters/);
test(
  'a variable that is no string',
  refused,
  image({ environment: { A: 1 } }),
  400,
  /"environment\.A" must be a string/,
);
test('a variable with = in its name', refused, image({ environment: { 'A=B': 'c' } }), 400, /is not allowed/);
test(
  'retries without on-failure',
  refused,
  image({ restart_policy: { name: 'always', maximum_retry: 3 } }),
  400,
  /maximum_retry only with the name on-failure/,
);
test(
  'everything that is wrong is told at once',
  refused,
  run({ cpus: -1, memory: 'x' }),
  400,
  /"cpus".*; .*"memory".*; .*"name" is required|"name" is required[^;]*; .*"cpus".*; .*"memory"/,
);

const constrained = (...constraints: unknown[]) => image({ constraints });
test(
  'a constraint that is none',
  refused,
  constrained('zone==eu', 'zone=eu'),
  400,
  /"constraints\[1\]" is not a valid constraint: it must be like zone==eu-1/,
);
test(
  'a constraint without a value',
  refused,
  constrained('zone==~'),
  400,
  /"constraints\[0\]" is not a valid constraint: after ==~/,
);
test('a constraint that is no string', refused, constrained(1), 400, /"constraints\[0\]" must be a string/);
test(
  'a constraint of 257 characters',
  refused,
  constrained(`a==${'x'.repeat(254)}`),
  400,
  /at most|less than or equal to 256/,
);
test(
  '33 constraints with patterns',
  refused,
  constrained(...Array.from({ length: 33 }, (_, each) => `a!=*${each}`)),
  400,
  /^"constraints" has more than 32 that have a pattern or are about containers, or about what a project runs$/,
);
test(
  '33 constraints about containers',
  refused,
  constrained(...Array.from({ length: 33 }, (_, each) => `container!=${each}`)),
  400,
  /^"constraints" has more than 32 that have a pattern/,
);
test(
  '33 constraints about what a project runs',
  refused,
  constrained(...Array.from({ length: 33 }, (_, each) => `image@shop!=${each}`)),
  400,
  /^"constraints" has more than 32 that have a pattern/,
);
test(
  '513 constraints',
  refused,
  constrained(...Array.from({ length: 513 }, (_, each) => `a!=${each}`)),
  400,
  /"constraints" must contain less than or equal to 512 items/,
);
test(
  'a regular expression that is none',
  refused,
  constrained('node==/a(/'),
  400,
  /"constraints\[0\]" is not a valid constraint: the regular expression is not valid: missing closing \)/,
);
test(
  'a regular expression that would be large',
  refused,
  constrained('node==/(a{100}){100}/'),
  400,
  /"constraints\[0\]" is not a valid constraint: the regular expression is too large/,
);
test(
  'regular expressions that are large together',
  refused,
  constrained(...['a', 'b', 'c'].map((each) => `node==/${each}{900}/`)),
  400,
  /"constraints" has regular expressions that are too large together/,
);
test(
  'a reference back',
  refused,
  constrained('node!=~/(a)\\1/'),
  400,
  /"constraints\[0\]" is not a valid constraint: the regular expression is not valid: invalid escape/,
);
test('a label with spaces to spread over', refused, image({ spread: 'my zone' }), 400, /"spread" must be the key/);
test('half a resource', refused, image({ resources: { gpu: 0.5 } }), 400, /"resources\.gpu" must be an integer/);
test('less than no resource', refused, image({ resources: { gpu: -1 } }), 400, /"resources\.gpu" must be/);
test('a resource without a name', refused, image({ resources: { '': 1 } }), 400, /"resources\." must have names/);
test(
  'a resource of an engine in words',
  refused,
  add({ resources: { gpu: 'two' } }),
  400,
  /"resources\.gpu" must be a number/,
);
test('a device that is no path', refused, image({ devices: ['ttyUSB0'] }), 400, /"devices\[0\]" must be like/);
test(
  'a device with unknown access',
  refused,
  image({ devices: ['/dev/a:/dev/b:rx'] }),
  400,
  /"devices\[0\]" must be like/,
);
test('a device with access twice', refused, image({ devices: ['/dev/a:rr'] }), 400, /"devices\[0\]" must be like/);
test('no GPUs', refused, image({ gpus: 0 }), 400, /"gpus"/);
test('GPUs by a word', refused, image({ gpus: 'some' }), 400, /"gpus"/);

test(
  'an engine without an address',
  refused,
  { method: 'POST', url: '/apiv1/engine', body: { id: 'x' } },
  400,
  /"addr" is required/,
);
test('an address of another scheme', refused, add({ addr: 'http://10.0.0.9:2375' }), 400, /begins with https:\/\//);
test(
  'an address with credentials',
  refused,
  add({ addr: 'https://me:secret@10.0.0.9' }),
  400,
  /carries no credentials/,
);
test('an engine without CPUs', refused, add({ cpus: 0 }), 400, /"cpus" must be a positive number/);
test('an engine with absurd memory', refused, add({ memory: 1e15 }), 400, /"memory" must be/);

test('an engine id with a slash', refused, add({ id: 'a/b' }), 400, /"id" must begin with a letter or a digit/);
test('an engine id with a space', refused, add({ id: 'a b' }), 400, /"id" must begin/);
test('an engine id of dots', refused, add({ id: '..' }), 400, /"id" must begin/);
test('an engine id of a prototype', refused, add({ id: '__proto__' }), 400, /"id" must begin/);
test(
  'an engine id of 10,000 characters',
  refused,
  add({ id: 'x'.repeat(10_000) }),
  400,
  /"id" must have at most 128 characters/,
);
test('a path with an encoded slash', refused, read('/apiv1/engine/a%2Fb'), 400, /"id" must begin/);
test('a path with an encoded space', refused, read('/apiv1/engine/a%20b'), 400, /"id" must begin/);
test(
  'a path of 10,000 characters',
  refused,
  read(`/apiv1/container/${'x'.repeat(10_000)}`),
  400,
  /"container" must be a container id/,
);
test(
  'a path of encoded dots',
  refused,
  read('/apiv1/container/..%2f..%2fetc'),
  400,
  /"container" must be a container id/,
);
test(
  'an id named as a method of objects',
  refused,
  read('/apiv1/engine/constructor'),
  404,
  /^No engine found with ID constructor$/,
);
test('a query that is not known', refused, read('/apiv1/containers?al=1'), 400, /"al" is not allowed/);
test('a state that is not known', refused, read('/apiv1/containers?state=asleep'), 400, /"state" must be one of/);
test(
  'a container that is not there, on an engine that is not',
  refused,
  { method: 'DELETE', url: '/apiv1/engine/z/container/web' },
  404,
  /^No engine found with ID z$/,
);

const save = (changes: object) => ({
  method: 'POST',
  url: '/apiv1/image',
  body: { name: 'r', image: { name: 'redis' }, ...changes },
});
test(
  'a saved config with a bad name',
  refused,
  save({ name: '../r' }),
  400,
  /"name" must begin with a letter or a digit/,
);
test(
  'a saved config with a bad image',
  refused,
  save({ image: { name: 'redis', cpus: -1 } }),
  400,
  /"image.cpus" must be greater/,
);
test('a saved config without an image', refused, save({ image: undefined }), 400, /"image" is required/);
test('from what is no name', refused, run({ from: 'redis@0' }), 400, /"from" must be the name of a saved image config/);
test('from, with a field that is none', refused, run({ from: 'redis', size: 1 }), 400, /"size" is not allowed/);
test('a count of nothing', refused, { ...image({}), url: '/apiv1/container?count=0' }, 400, /"count" must be greater/);
test(
  'a count beyond reason',
  refused,
  { ...image({}), url: '/apiv1/container?count=1001' },
  400,
  /"count" must be less/,
);

const rebalance = (body: unknown) => ({ method: 'POST', url: '/apiv1/rebalance', body });
test('a rebalance of none at once', refused, rebalance({ at_once: 0 }), 400, /"at_once" must be greater than or equal/);
test('a rebalance of half a replica', refused, rebalance({ at_once: 1.5 }), 400, /"at_once" must be an integer/);
test('a rebalance of all at once', refused, rebalance({ at_once: 101 }), 400, /"at_once" must be less than or equal/);
test('a rebalance of what is no number', refused, rebalance({ at_once: '2' }), 400, /"at_once" must be a number/);
test('a rebalance with more to it', refused, rebalance({ dry_run: true }), 400, /"dry_run" is not allowed/);
test('a rebalance that is a list', refused, rebalance([]), 400, /must be of type object/);
