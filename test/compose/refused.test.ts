import test from 'ava';
import { problemsOf, web } from './project.ts';

const at = (path: string, sentence: string, line = 4) => `compose.yaml:${line}: services.web${path}: ${sentence}`;

/** Lines of a service, and all that is said of them. */
const refused: readonly (readonly [string, readonly string[]])[] = [
  ['portz: [80]', [at('.portz', 'is no key of the Compose specification: did you mean ports?')]],
  ['something: 1', [at('.something', 'is no key of the Compose specification')]],
  ['cpus: many', [at('.cpus', 'must be a number of CPUs like 0.5, and is "many"')]],
  ['user: [a]', [at('.user', 'must be a text, and is a list')]],
  ['tty: maybe', [at('.tty', 'must be true or false, and is "maybe"')]],
  ['cap_add: NET_ADMIN', [at('.cap_add', 'must be a list, and is "NET_ADMIN"')]],
  ['deploy: [a]', [at('.deploy', 'must be an object with keys, and is a list')]],
  ["command: an 'open quote", [at('.command', 'has a quote or a backslash that does not end')]],
  ['ports: [hello]', [at('.ports[0]', 'must be a port like "8080:80" or "127.0.0.1:53:53/udp", and is "hello"')]],
  ['ports: [70000]', [at('.ports[0]', 'must have ports from 1 to 65535, and is "70000"')]],
  ['ports: ["8000-8001:80"]', [at('.ports[0]', 'must have as many ports before the colon as behind it: 2 and 1')]],
  ['ports: ["80/icmp"]', [at('.ports[0]', 'has the protocol "icmp", and there are tcp, udp, sctp')]],
  ['ports: ["web-1:80:80"]', [at('.ports[0]', 'has "web-1" where an IP address of the engine must be')]],
  [
    'ports: [{target: 80, mode: ingress}]',
    [
      at(
        '.ports[0].mode',
        'must be host: there is no routing mesh, and a port is published on the engine of the replica',
      ),
    ],
  ],
  ['ports: [{published: 80}]', [at('.ports[0]', 'must have target, the port in the container')]],
  [
    'blkio_config: {weight_device: [{path: /dev/a, weight: 2k}], device_read_bps: [{path: /dev/a, rate: fast}, {rate: 1}]}',
    [
      at('.blkio_config.device_read_bps[0].rate', 'must be a size like 512m or 2g, and is "fast"'),
      at('.blkio_config.device_read_bps[1]', 'must have path and rate'),
      at('.blkio_config.weight_device[0].weight', 'must be a whole number from 10 to 1000, and is "2k"'),
    ],
  ],
  ['depends_on: [web]', [at('.depends_on.web', 'depends on itself')]],
  [
    'depends_on: [webb]',
    [at('.depends_on.webb', 'depends on "webb", and there is no such service: did you mean web?')],
  ],
  [
    'depends_on: {other: {condition: service_ready}}',
    [
      at(
        '.depends_on.other.condition',
        'must be service_started, service_healthy or service_completed_successfully, and is "service_ready"',
      ),
      at('.depends_on.other', 'depends on "other", and there is no such service'),
    ],
  ],
  [
    'build: {secrets: [a], network: host}',
    [
      at('.build.network', 'can be default or none: steps have no other network'),
      at('.build.secrets', 'is not done here: builds run without BuildKit'),
    ],
  ],
  [
    'container_name: me',
    [
      at(
        '.container_name',
        'is not done here: replicas are named by Satsuma, and found by the name of the service: leave it out, or make it an alias under networks',
      ),
    ],
  ],
  ['network_mode: "service:db"', [at('.network_mode', 'must be bridge, host or none, and is "service:db"')]],
  ['network_mode: host\nnetworks: [a]', [at('.network_mode', 'cannot be with networks')]],
  ['networks: [front]', [at('.networks.front', 'names the network "front", which is not under networks of the file')]],
  ['volumes: ["data:/data"]', [at('.volumes[0]', 'names the volume "data", which is not under volumes of the file')]],
  [
    'volumes: ["./x:/y"]',
    [
      at(
        '.volumes[0]',
        'has the path "./x": the file is on this machine, and the container on an engine: give an absolute path that the engines have, a secret, or an image that has it',
      ),
    ],
  ],
  ['volumes: [{type: cluster, target: /a}]', [at('.volumes[0]', 'has the type cluster, which is not done here')]],
  [
    'volumes: [{type: volume, target: /a, bind: {propagation: shared}}]',
    [at('.volumes[0].bind', 'is not done here: it is for mounts of the type bind')],
  ],
  ['profiles: [[a]]', [at('.profiles[0]', 'must be a text, and is a list')]],
  ['secrets: [token]', [at('.secrets[0]', 'names the secret "token", which is not under secrets of the file')]],
  [
    'healthcheck: {test: [a, b]}',
    [at('.healthcheck.test', 'must be a text, or a list that begins with NONE, CMD or CMD-SHELL')],
  ],
  [
    'healthcheck: {interval: soon}',
    [at('.healthcheck.interval', 'must be a time like 30s, 1m30s or 500ms, and is "soon"')],
  ],
  ['restart: sometimes', [at('.restart', 'must be no, always, unless-stopped or on-failure[:N], and is "sometimes"')]],
  [
    'restart: "no"',
    [
      at(
        '.restart',
        'is never started again, and the replicas of a service always are: say always, or make it a job, with mode replicated-job or as one that others wait for with service_completed_successfully',
      ),
    ],
  ],
  [
    'deploy: {mode: replicated-job}\nrestart: always',
    [at('.restart', 'is always, and it is to run to its end: say on-failure:N, or no', 5)],
  ],
  [
    'deploy: {mode: global, replicas: 2}',
    [at('.deploy.replicas', 'cannot be with mode global, which has one on each engine')],
  ],
  ['deploy: {replicas: 2}\nscale: 3', [at('.scale', 'is 3, and deploy.replicas is 2', 5)]],
  [
    'deploy: {endpoint_mode: vip}',
    [at('.deploy.endpoint_mode', 'is not done here: a name resolves to every replica, as dnsrr has it: leave it out')],
  ],
  [
    'deploy: {placement: {constraints: [node.role==manager]}}',
    [
      at(
        '.deploy.placement.constraints[0]',
        'is about "node.role": there are node.labels.KEY, of the engine, and node.hostname, which is its id',
      ),
    ],
  ],
  [
    'deploy: {placement: {max_replicas_per_node: 2}}',
    [
      at(
        '.deploy.placement.max_replicas_per_node',
        'is 2, and can be 1 or left out: replicas are spread over the engines in any case',
      ),
    ],
  ],
  [
    'deploy: {resources: {reservations: {cpus: 1}}}',
    [
      at(
        '.deploy.resources.reservations.cpus',
        'needs limits.cpus beside it: Satsuma reserves the CPUs to which a container is limited',
      ),
    ],
  ],
  [
    'deploy: {update_config: {delay: 1s}, rollback_config: {delay: 2s}}',
    [
      at(
        '.deploy.rollback_config',
        'says another delay than update_config: a rollback is made as an update is, so leave it out',
      ),
    ],
  ],
  [
    'labels: {satsuma.service: x}',
    [at('.labels', 'cannot have the label satsuma.service: it is one of those by which containers are known')],
  ],
  ['env_file: gone.env', [at('.env_file[0]', 'cannot read gone.env: ENOENT')]],
  ['mem_limit: lots', [at('.mem_limit', 'must be a size like 512m or 2g, and is "lots"')]],
];

for (const [lines, sentences] of refused) {
  test(`refused: ${lines.replaceAll('\n', ', ')}`, (t) => t.deepEqual(problemsOf(web(lines)), sentences));
}

const whole: readonly (readonly [string, string, readonly string[]])[] = [
  [
    'a circle of services',
    'services:\n  a: {image: x, depends_on: [b]}\n  b: {image: x, depends_on: [c]}\n  c: {image: x, depends_on: [a]}',
    ['compose.yaml:2: services.a.depends_on: is a circle: a -> b -> c -> a'],
  ],
  ['a service without an image', 'services: {a: {user: me}}', ['compose.yaml:1: services.a: must have image or build']],
  [
    'a service that is none',
    'services: {a: x}',
    ['compose.yaml:1: services.a: must be an object with keys, and is "x"'],
  ],
  [
    'a name that is none',
    'services: {"a b": {image: x}}',
    ['compose.yaml:1: services."a b": has the name "a b", and a name has letters, digits, ".", "_" and "-" alone'],
  ],
  [
    'a key of the file',
    'service: {}\nservices: {a: {image: x}}',
    ['compose.yaml:1: service: is no key of the Compose specification: did you mean services?'],
  ],
  [
    'models',
    'models: {}\nservices: {a: {image: x}}',
    ['compose.yaml:1: models: is not done here: Satsuma runs no language models'],
  ],
  [
    'a network that ends at one engine',
    'services: {a: {image: x, networks: [n]}}\nnetworks: {n: {driver: bridge}}',
    [
      'compose.yaml:2: networks.n.driver: is "bridge", which ends at one engine: leave it out for a network over all engines',
    ],
  ],
  [
    'an external volume that is described',
    'services: {a: {image: x}}\nvolumes: {v: {external: true, driver: nfs}}',
    ['compose.yaml:2: volumes.v: is external: what is there already is not described'],
  ],
  [
    'a secret without a value',
    'services: {a: {image: x, secrets: [s]}}\nsecrets: {s: {}}',
    ['compose.yaml:2: secrets.s: must have one of file, environment and external'],
  ],
  [
    'a secret of a file that is not there',
    'services: {a: {image: x, secrets: [s]}}\nsecrets: {s: {file: ./gone}}',
    ['compose.yaml:2: secrets.s.file: cannot read "./gone": ENOENT'],
  ],
  [
    'a job that is to be healthy',
    'services:\n  a: {image: x, depends_on: {j: {condition: service_healthy}}}\n  j: {image: x, deploy: {mode: replicated-job}}',
    [
      'compose.yaml:2: services.a.depends_on.j: runs to its end, and is never healthy: wait for service_completed_successfully',
    ],
  ],
  [
    'a dependency of another profile',
    'services:\n  a: {image: x, depends_on: [b]}\n  b: {image: x, profiles: [dev]}',
    ['compose.yaml:2: services.a.depends_on.b: depends on "b", whose profiles are not asked for'],
  ],
];

for (const [what, text, sentences] of whole) {
  test(`${what} is refused`, (t) => t.deepEqual(problemsOf({ files: { 'compose.yaml': text } }), sentences));
}

test('all that is wrong is told at once, as it comes in the file, and no more than 20', (t) => {
  const many = Array.from({ length: 25 }, (_, at) => `k${at}: 1`).join('\n');
  const said = problemsOf(web(many));
  t.is(said.length, 21);
  t.is(said[0], at('.k0', 'is no key of the Compose specification'));
  t.is(said[20], 'and 5 more');
});
