// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of Compose files are written so.
import test from 'ava';
import { desired, type Given, plain, problemsOf, web } from './project.ts';

const image = (given: Given) => desired(given).services[0]?.spec.image;
const at = (path: string, sentence: string, line = 4) => `compose.yaml:${line}: services.web${path}: ${sentence}`;

/** What would be lost without a word is refused. */
const refused: readonly (readonly [string, readonly string[]])[] = [
  [
    'volumes: [{type: volume, target: /d, volume: {subpath: a}}]',
    [at('.volumes[0]', 'must have source, the volume of which there is a subpath')],
  ],
  [
    'mem_limit: 64m\ndeploy: {resources: {limits: {memory: 128m}}}',
    [at('.mem_limit', 'says something else than deploy.resources.limits.memory: leave one of them out')],
  ],
  [
    'cpus: 1\ndeploy: {resources: {limits: {cpus: 2}}}',
    [at('.cpus', 'says something else than deploy.resources.limits.cpus: leave one of them out')],
  ],
  [
    'pids_limit: 1\ndeploy: {resources: {limits: {pids: 2}}}',
    [at('.pids_limit', 'says something else than deploy.resources.limits.pids: leave one of them out')],
  ],
  [
    'restart: bogus\ndeploy: {restart_policy: {condition: any}}',
    [at('.restart', 'must be no, always, unless-stopped or on-failure[:N], and is "bogus"')],
  ],
  [
    'deploy: {resources: {reservations: {generic_resources: [{discrete_resource_spec: {kind: fpga, value: 1}}, {discrete_resource_spec: {kind: fpga, value: 2}}]}}}',
    [at('.deploy.resources.reservations.generic_resources[1]', 'counts fpga, which is counted already')],
  ],
  [
    'deploy: {mode: global, update_config: {max_failure_ratio: 0.5}}',
    [
      at(
        '.deploy.update_config.max_failure_ratio',
        'cannot be with mode global: how many replicas there are is not known',
      ),
    ],
  ],
  [
    'deploy: {resources: {reservations: {memory: 64m}}}',
    [
      at(
        '.deploy.resources.reservations.memory',
        'needs limits.memory beside it: Satsuma reserves the memory to which a container is limited; mem_reservation is a soft limit that reserves nothing',
      ),
    ],
  ],
  [
    'deploy: {resources: {limits: {memory: 32m}, reservations: {memory: 64m}}}',
    [at('.deploy.resources.reservations.memory', 'is more than limits.memory, which is 32 MiB')],
  ],
  [
    'healthcheck: {test: none}',
    [
      at(
        '.healthcheck.test',
        'is the command "none": write ["NONE"] for no check, or ["CMD", "none"] for that command',
      ),
    ],
  ],
  [
    'ports: ["8002-8000:80"]',
    [at('.ports[0]', 'must have ranges that go up, of at most 256 ports, and has "8002-8000"')],
  ],
  [
    'pids_limit: 9007199254740993',
    [at('.pids_limit', 'must be a whole number from -1, and "9007199254740993" has more digits than are kept')],
  ],
];

for (const [lines, sentences] of refused) {
  test(`${lines.replace('\n', ' ')} is refused`, (t) => t.deepEqual(problemsOf(web(lines)), sentences));
}

test('an option of a volume that only paths have is refused', (t) => {
  t.deepEqual(problemsOf(web('volumes: ["data:/d:z"]', 'volumes: {data: {}}')), [
    at('.volumes[0]', 'has the option z, which Docker heeds for paths of the engine alone: leave it out'),
  ]);
});

test('what is said of a volume without a name is done', (t) => {
  t.deepEqual(image(web('volumes: [{type: volume, target: /d, read_only: true, volume: {nocopy: true}}]'))?.mounts, [
    { type: 'volume', target: '/d', read_only: true, nocopy: true },
  ]);
  t.deepEqual(image(web('volumes: [{type: volume, target: /d}]'))?.volumes, ['/d']);
});

test('a number in the place of a text is what is written', (t) => {
  const { environment } =
    image(web('environment: {ID: 12345678901234567890, VERSION: 1.10, LIST: 0x1F}\nlabels: ["a=1"]')) ?? {};
  t.deepEqual(environment, { ID: '12345678901234567890', VERSION: '1.10', LIST: '0x1F' });
  t.deepEqual(plain(web('environment: {ID: 12345678901234567890}')), {
    services: { web: { image: 'x', environment: { ID: '12345678901234567890' } } },
  });
});

test('a host has all addresses that it is given', (t) => {
  t.deepEqual(image(web('extra_hosts: ["db:10.0.0.1", "db=10.0.0.2", "x:10.0.0.3"]'))?.extra_hosts, [
    'db:10.0.0.1',
    'db:10.0.0.2',
    'x:10.0.0.3',
  ]);
});

test('a mode may come from a variable', (t) => {
  const given = web('secrets: [{source: s, mode: "${MODE}"}]', 'secrets: {s: {environment: S}}');
  t.is(image({ ...given, variables: { MODE: '0440', S: 'x' } })?.secrets?.[0]?.mode, '0440');
});

test('labels by which containers are known do not come from a file either', (t) => {
  const { files } = web('label_file: labels.env');
  const given = { files: { ...files, 'labels.env': 'a=1\ncom.docker.compose.project=other\n' } };
  t.deepEqual(problemsOf(given), [
    at(
      '.label_file[0]',
      'cannot have the label com.docker.compose.project: it is one of those by which containers are known',
    ),
  ]);
});

test('a service whose name has a dot is merged as others, and options of a log without a driver are kept', (t) => {
  const base = 'services: {a.b: {image: x, command: [a, b], logging: {options: {tag: t}}}}';
  const over = 'services: {a.b: {command: [c], logging: {driver: json-file}}}';
  t.deepEqual(plain({ files: { 'compose.yaml': base, 'over.yaml': over }, use: ['compose.yaml', 'over.yaml'] }), {
    services: { 'a.b': { image: 'x', command: ['c'], logging: { driver: 'json-file', options: { tag: 't' } } } },
  });
});

test('!reset beside extends takes away what the file before says', (t) => {
  const base = 'services: {web: {image: x, ports: ["80"], user: me}, other: {image: y}}';
  const over = 'services: {other: {image: y}, web: {extends: other, ports: !reset null}}';
  t.deepEqual(plain({ files: { 'compose.yaml': base, 'over.yaml': over }, use: ['compose.yaml', 'over.yaml'] }), {
    services: { web: { image: 'y', user: 'me' }, other: { image: 'y' } },
  });
});

test('two files may include the same third one, and one that says something else is refused', (t) => {
  const files = {
    'compose.yaml': 'include: [a.yaml, b.yaml]\nservices: {web: {image: x}}',
    'a.yaml': 'include: [db.yaml]',
    'b.yaml': 'include: [db.yaml]',
    'db.yaml': 'services: {db: {image: y}}',
  };
  t.deepEqual(problemsOf({ files }), []);
  t.is(problemsOf({ files: { ...files, 'b.yaml': 'services: {db: {image: z}}' } }).length, 1);
});

test('an included file has the variables of its own .env, in its environment and its env_file too', (t) => {
  const files = {
    'compose.yaml': 'include: [sub/compose.yaml]',
    'sub/compose.yaml': 'services: {web: {image: "x:$TAG", environment: [TAG], env_file: [web.env]}}',
    'sub/.env': 'TAG=7',
    'sub/web.env': 'FULL=v$TAG\nCOLON: yes',
  };
  const found = image({ files });
  t.is(found?.name, 'x:7');
  t.deepEqual(found?.environment, { FULL: 'v7', COLON: 'yes', TAG: '7' });
});

test('a .env that is there and cannot be read is a problem', (t) => {
  const given = { ...web(), unreadable: ['.env'] };
  t.deepEqual(problemsOf(given), ['/work/shop/.env:1: cannot be read: EACCES']);
});
