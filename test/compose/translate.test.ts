import test from 'ava';
import { desired, problemsOf, web } from './project.ts';

const labels = { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'web' };
const only = (given: ReturnType<typeof web>) => {
  const [service] = desired(given).services;
  if (!service) throw new Error('there is no service');
  return service.spec;
};

test('a service of an image alone is a service with one replica in the default network', (t) => {
  const { services, jobs, networks, secrets, known, project } = desired(web());
  t.deepEqual({ project, jobs, secrets, known }, { project: 'shop', jobs: [], secrets: [], known: ['shop-web'] });
  t.deepEqual(services[0]?.spec, {
    image: {
      ...{ name: 'x', type: 'label', strategy: 'spread', spread: 'engine', restart_policy: {} },
      networks: [{ name: 'shop_default', aliases: ['web'] }],
      container_labels: labels,
    },
    replicas: 1,
    update: { parallelism: 1, delay: 0, order: 'start-first', monitor: 5, max_failure: 0, on_failure: 'pause' },
  });
  t.deepEqual(
    networks.map(({ body, isExternal }) => ({ ...body, isExternal })),
    [
      {
        ...{ name: 'shop_default', isExternal: false },
        labels: { 'com.docker.compose.project': 'shop', 'com.docker.compose.network': 'default' },
      },
    ],
  );
});

test('what a build is not told a value of has that of the shell, or is left to the Dockerfile', (t) => {
  const variables = { HERE: 'shell' };
  const queryOf = (text: string) =>
    desired({ ...web(`build: {context: ., ${text}}`), variables }).services[0]?.build?.query;
  t.deepEqual(queryOf('args: {A: 1, HERE: , GONE: , constructor: }')?.arg, ['A=1', 'HERE=shell']);
  t.deepEqual(queryOf('args: [A=1=2, HERE, GONE]')?.arg, ['A=1=2', 'HERE=shell']);
  t.deepEqual(queryOf('extra_hosts: {a: "[::1]", b: 10.0.0.1}')?.extra_host, ['a:::1', 'b:10.0.0.1']);
  t.deepEqual(queryOf('extra_hosts: ["a=10.0.0.1", "b:10.0.0.2"]')?.extra_host, ['a:10.0.0.1', 'b:10.0.0.2']);
});

const image: readonly (readonly [string, object])[] = [
  ['command: httpd -f "two words"', { args: ['httpd', '-f', 'two words'] }],
  ['command: [a, 1, true]', { args: ['a', '1', 'true'] }],
  ['entrypoint: []', { entrypoint: [''] }],
  ['environment: {A: 1, B: true, C: "", HERE: }', { environment: { A: '1', B: 'true', C: '', HERE: 'shell' } }],
  ['environment: [A=1=2, HERE, GONE]', { environment: { A: '1=2', HERE: 'shell' } }],
  ['env_file: a.env', { environment: { FROM: 'file', A: 'one' } }],
  [
    'env_file: [{path: a.env}, {path: gone.env, required: false}]\nenvironment: {A: two}',
    { environment: { FROM: 'file', A: 'two' } },
  ],
  ['labels: [team=web]', { container_labels: { team: 'web', ...labels } }],
  [
    'ports: [80, "8080:80/udp", "127.0.0.1:9000-9001:90-91", "[::1]:1:2"]',
    {
      bind_ports: [
        { proto: 'tcp', container_port: 80 },
        { proto: 'udp', port: 8080, container_port: 80 },
        { proto: 'tcp', host_ip: '127.0.0.1', port: 9000, container_port: 90 },
        { proto: 'tcp', host_ip: '127.0.0.1', port: 9001, container_port: 91 },
        { proto: 'tcp', host_ip: '::1', port: 1, container_port: 2 },
      ],
    },
  ],
  [
    'ports: [{target: 80, published: "8080", protocol: tcp, mode: host, name: http}]',
    { bind_ports: [{ proto: 'tcp', port: 8080, container_port: 80 }] },
  ],
  [
    'healthcheck: {test: [CMD, a, b], interval: 1m30s, timeout: 500ms, retries: 3, start_period: 2s}',
    {
      health_check: { test: ['a', 'b'], interval: 90, timeout: 0.5, retries: 3, start_period: 2 },
    },
  ],
  ['healthcheck: {test: curl -f x || exit 1}', { health_check: { test: 'curl -f x || exit 1' } }],
  ['healthcheck: {disable: true}', { health_check: { test: 'none' } }],
  [
    'mem_limit: 1g\nmemswap_limit: -1\nshm_size: 64mb\ncpus: "0.5"',
    { memory: 1024, memory_swap: -1, shm_size: 64, cpus: 0.5 },
  ],
  ['ulimits: {nofile: {soft: 1, hard: 2}, nproc: 3}', { ulimits: { nofile: { soft: 1, hard: 2 }, nproc: 3 } }],
  ['stop_grace_period: 1m30s\nstop_signal: SIGINT', { stop_timeout: 90, stop_signal: 'SIGINT' }],
  ['extra_hosts: ["a:1.2.3.4", "b=::1"]', { extra_hosts: ['a:1.2.3.4', 'b:::1'] }],
  ['tmpfs: [/run, "/tmp:size=64m"]', { tmpfs: { '/run': '', '/tmp': 'size=64m' } }],
  ['devices: [/dev/a, {source: /dev/b, target: /dev/c, permissions: r}]', { devices: ['/dev/a', '/dev/b:/dev/c:r'] }],
  ['gpus: all', { gpus: 'all' }],
  [
    'deploy: {resources: {reservations: {devices: [{driver: nvidia, count: 2, capabilities: [gpu, compute]}]}}}',
    {
      gpus: { driver: 'nvidia', count: 2, capabilities: ['compute'] },
    },
  ],
  [
    'deploy: {resources: {limits: {cpus: 1.5, memory: 100M, pids: 9}, reservations: {cpus: 1, memory: 50M, generic_resources: [{discrete_resource_spec: {kind: fpga, value: 2}}]}}}',
    {
      cpus: 1.5,
      memory: 100,
      pids_limit: 9,
      memory_reservation: 50,
      resources: { fpga: 2 },
    },
  ],
  [
    'deploy: {placement: {constraints: [node.labels.zone == eu, node.hostname!=old], preferences: [{spread: node.labels.rack}], max_replicas_per_node: 1}}',
    {
      constraints: ['zone==eu', 'engine!=old', 'service!=shop-web'],
      spread: 'rack',
    },
  ],
  ['logging: {driver: syslog, options: {tag: x}}', { log_driver: 'syslog', log_options: { tag: 'x' } }],
  [
    'cpu_shares: 512\nannotations: [a=b]\nblkio_config: {weight: 100, device_read_bps: [{path: /dev/a, rate: 1mb}, {path: /dev/b, rate: 1.5 KiB}], weight_device: [{path: /dev/a, weight: 20}]}',
    {
      docker: {
        HostConfig: {
          CpuShares: 512,
          Annotations: { a: 'b' },
          BlkioWeight: 100,
          BlkioDeviceReadBps: [
            { Path: '/dev/a', Rate: 1048576 },
            { Path: '/dev/b', Rate: 1536 },
          ],
          BlkioWeightDevice: [{ Path: '/dev/a', Weight: 20 }],
        },
      },
    },
  ],
  ['pull_policy: if_not_present', { pull: 'missing' }],
  ['x-anything: {goes: here}\nattach: false', {}],
];

for (const [lines, expected] of image) {
  test(`${lines.replaceAll('\n', ', ')} is said in the words of an image config`, (t) => {
    const given = web(lines);
    const files = { ...given.files, 'a.env': 'FROM=file\nA=one' };
    const { image: made } = only({ files, variables: { HERE: 'shell' } });
    const { name, type, strategy, restart_policy, networks, ...rest } = made;
    const defaults = { spread: 'engine', container_labels: labels };
    t.deepEqual({ ...rest }, { ...defaults, ...expected } as typeof rest);
  });
}

test('volumes are named after the project, and paths of engines are bound', (t) => {
  const given = web(
    'volumes: ["data:/data", "kept:/kept:ro", "/srv:/srv:ro", /anonymous, {type: tmpfs, target: /t, tmpfs: {size: 1m, mode: 1777}}, {type: bind, source: /a, target: /b, bind: {create_host_path: false, propagation: shared}}]',
    'volumes: {data: {driver: nfs, driver_opts: {o: 1}}, kept: {external: true, name: old}}',
  );
  const { volumes, mounts } = only(given).image;
  t.deepEqual(volumes, ['/srv:/srv:ro', '/anonymous']);
  t.deepEqual(mounts, [
    {
      ...{ type: 'volume', source: 'shop_data', target: '/data', volume_driver: 'nfs', volume_opts: { o: '1' } },
      volume_labels: { 'com.docker.compose.project': 'shop', 'com.docker.compose.volume': 'data' },
    },
    { type: 'volume', source: 'old', target: '/kept', read_only: true },
    { type: 'tmpfs', target: '/t', size: 1, tmpfs_mode: '1777' },
    { type: 'bind', source: '/a', target: '/b', propagation: 'shared' },
  ]);
});

test('an update stops first where two replicas cannot be there at once', (t) => {
  const order = (lines: string, rest = '') => only(web(lines, rest)).update.order;
  t.is(order('ports: ["80"]'), 'start-first');
  t.is(order('ports: ["80:80"]'), 'stop-first');
  t.is(order('volumes: ["data:/data"]', 'volumes: {data: }'), 'stop-first');
  t.is(order('ports: ["80:80"]\ndeploy: {update_config: {order: start-first}}'), 'start-first');
});

test('the update policy is that of the file, also for a rollback', (t) => {
  const config = 'parallelism: 2, delay: 1s, monitor: 3s, max_failure_ratio: 0.5';
  const { update, replicas } = only(
    web(`deploy: {replicas: 5, update_config: {${config}, failure_action: rollback}, rollback_config: {${config}}}`),
  );
  t.is(replicas, 5);
  t.deepEqual(update, {
    parallelism: 2,
    delay: 1,
    order: 'start-first',
    monitor: 3,
    max_failure: 2,
    on_failure: 'rollback',
  });
  t.is(only(web('deploy: {update_config: {failure_action: continue}}')).update.max_failure, 10_000);
  t.is(only(web('deploy: {mode: global}')).replicas, 'global');
  t.is(only(web('scale: 3')).replicas, 3);
});

test('networks have the names of services, their aliases and those of links', (t) => {
  const { services, networks } = desired({
    files: {
      'compose.yaml': `
services:
  web: {image: x, networks: [front], links: ["api:backend"]}
  api: {image: x, networks: {front: {aliases: [v1], ipv4_address: 10.9.0.5}, there: }}
  host: {image: x, network_mode: host}
networks:
  front: {internal: true, ipam: {config: [{subnet: 10.9.0.0/24}]}, driver_opts: {encrypted: ""}}
  there: {external: true}
`,
    },
  });
  t.deepEqual(
    services.map(({ spec }) => spec.image.networks ?? spec.image.network_mode),
    [
      [{ name: 'shop_front', aliases: ['web'] }],
      [
        { name: 'shop_front', aliases: ['api', 'backend', 'v1'], ip: '10.9.0.5' },
        { name: 'there', aliases: ['api', 'backend'] },
      ],
      'host',
    ],
  );
  t.deepEqual(
    networks.map(({ key, isExternal, body: { labels: _, ...body } }) => ({ key, isExternal, ...body })),
    [
      {
        key: 'front',
        isExternal: false,
        name: 'shop_front',
        internal: true,
        options: { encrypted: '' },
        subnet: '10.9.0.0/24',
      },
      { key: 'there', isExternal: true, name: 'there' },
    ],
  );
  t.deepEqual(services[0]?.dependsOn, [
    { key: 'api', name: 'shop-api', condition: 'service_started', isOptional: false },
  ]);
});

test('what others wait for to be completed is a job', (t) => {
  const { services, jobs } = desired(
    web(
      'depends_on: {init: {condition: service_completed_successfully}, db: {condition: service_healthy, required: false}}',
      '  init: {image: y, restart: "on-failure:3", scale: 2}\n  db: {image: z}\n  once: {image: y, deploy: {mode: replicated-job}}\n',
    ),
  );
  t.deepEqual(
    services.map(({ key }) => key),
    ['web', 'db'],
  );
  t.deepEqual(
    jobs.map(({ name, spec: { image: made, ...spec } }) => ({ name, ...spec, strategy: made.strategy })),
    [
      { name: 'shop-init', completions: 2, parallelism: 2, retries: 3, strategy: undefined },
      { name: 'shop-once', completions: 1, parallelism: 1, retries: 0, strategy: undefined },
    ],
  );
  t.deepEqual(services[0]?.dependsOn, [
    { key: 'init', name: 'shop-init', condition: 'service_completed_successfully', isOptional: false },
    { key: 'db', name: 'shop-db', condition: 'service_healthy', isOptional: true },
  ]);
});

test('secrets are files of the project, and their values are nowhere but in themselves', (t) => {
  const given = web(
    'secrets: [token, {source: key, target: /run/secrets/id, mode: 0400, uid: "5"}, old]',
    'secrets: {token: {file: t.txt}, key: {environment: KEY}, old: {external: true}, unused: {file: gone}}',
  );
  const { services, secrets } = desired({ files: { ...given.files, 't.txt': 'hush' }, variables: { KEY: 'hush too' } });
  t.deepEqual(services[0]?.spec.image.secrets, [
    { name: 'shop_token', target: 'token' },
    { name: 'shop_key', target: 'id', mode: '0400', uid: 5 },
    { name: 'old', target: 'old' },
  ]);
  t.deepEqual(
    secrets.map(({ name, value }) => [name, value?.toString()]),
    [
      ['shop_token', 'hush'],
      ['shop_key', 'hush too'],
      ['old', undefined],
    ],
  );
  t.false(JSON.stringify(services).includes('hush'));
});

test('networks are made on the only engine, or over the mesh, or are refused with what to do', (t) => {
  const two = { files: { 'compose.yaml': 'services:\n  a: {image: x}\n  b: {image: x}' } };
  const [network] = desired({ ...two, networking: { kind: 'engine', engine: 'web-1' } }).networks;
  t.is(network?.body.scope, 'web-1');
  t.deepEqual(problemsOf({ ...two, networking: { kind: 'none' } }), [
    'compose.yaml:1: networks.default: is to join a and b over several engines, and there is no mesh: "satsuma mesh up" makes one, or give each of them network_mode: bridge and use published ports',
  ]);
  const alone = desired({ ...web(), networking: { kind: 'none' } });
  t.deepEqual(alone.networks, []);
  t.is(alone.services[0]?.spec.image.networks, undefined);
});
