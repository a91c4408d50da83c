import test from 'ava';
import type { Service } from '../../src/api/service.ts';
import { configLabel, projectLabel } from '../../src/application/labels.ts';
import { isNothing, planChanges, wholeOf } from '../../src/compose/plan-changes.ts';
import type { Stored } from '../../src/compose/stored.ts';
import { desired, problemsOf, web } from './project.ts';

const refused: readonly (readonly [string, string, string])[] = [
  ['configs: [a]', '', '4: services.web.configs[0]: names the config "a", which is not under configs of the file'],
  ['configs: [{target: /a}]', '', '4: services.web.configs[0]: must be the name of a config, or an object with source'],
  ['configs: [a]', 'configs: {a: {}}', '5: configs.a: must have one of file, content, environment and external'],
  [
    'configs: [a]',
    'configs: {a: {file: x, content: y}}',
    '5: configs.a: must have one of file, content, environment and external',
  ],
  ['configs: [a]', 'configs: {a: {content: ""}}', '5: configs.a: has no value: it is empty'],
  ['configs: [a]', 'configs: {a: {file: gone}}', '5: configs.a.file: cannot read "gone": ENOENT'],
  [
    'configs: [a]',
    'configs: {a: {content: x, template_driver: golang}}',
    '5: configs.a.template_driver: is not done here: the content is kept as it is',
  ],
  [
    'configs: [a]',
    'configs: {a: {environment: NOBODY}}',
    '5: configs.a.environment: needs the variable NOBODY, which is not set',
  ],
  [
    'configs: [{source: a, portz: 1}]',
    'configs: {a: {content: x}}',
    '4: services.web.configs[0].portz: is no key of the Compose specification',
  ],
];

for (const [lines, rest, sentence] of refused) {
  test(`refused: ${lines} with ${rest || 'none'}`, (t) => {
    t.deepEqual(problemsOf(web(lines, rest)), [`compose.yaml:${sentence}`]);
  });
}

test('configs are files anywhere, whose names have the digest of their content', (t) => {
  const given = web(
    'configs: [site, {source: app, target: /etc/app/app.conf, mode: 0440, uid: "5", gid: "6"}, {source: env, target: a.env}, old]',
    'configs: {site: {file: s.txt}, app: {content: "level=$LEVEL"}, env: {environment: LEVEL}, old: {external: true}, unused: {file: gone}}',
  );
  const variables = { LEVEL: 'info' };
  const { services, configs, secrets } = desired({ files: { ...given.files, 's.txt': 'hello' }, variables });
  t.deepEqual(secrets, []);
  t.deepEqual(
    configs.map(({ name, value }) => [name, value?.toString()]),
    [
      ['shop_site-2cf24dba5fb0', 'hello'],
      ['shop_app-3629aea160a5', 'level=info'],
      ['shop_env-06271baf4953', 'info'],
      ['old', undefined],
    ],
  );
  t.deepEqual(services[0]?.spec.image.secrets, [
    { name: 'shop_site-2cf24dba5fb0', target: '/site' },
    { name: 'shop_app-3629aea160a5', target: '/etc/app/app.conf', mode: '0440', uid: 5, gid: 6 },
    { name: 'shop_env-06271baf4953', target: '/a.env' },
    { name: 'old', target: '/old' },
  ]);
});

const wanted = (content: string) => desired(web('configs: [site]', `configs: {site: {content: ${content}}}`));

/** As the server has it once this was made, and other secrets. */
function stored(content: string, others: Stored['secrets'] = []): Stored {
  const { services, configs } = wanted(content);
  const labels = { [projectLabel]: 'shop', [configLabel]: 'site' };
  return {
    services: services.map(
      ({ name, spec }) =>
        ({ name, generation: 1, status: { state: 'running' }, ...wholeOf(spec) }) as unknown as Service,
    ),
    jobs: [],
    networks: [],
    secrets: [...configs.map(({ name }) => ({ name, labels })), ...others],
  };
}

test('another content is another config, and a change of the services that have it', (t) => {
  const alike = planChanges(wanted('a'), stored('a'), { renewsSecrets: true });
  t.deepEqual([alike.configs[0]?.action, alike.services[0]?.action], ['keep', 'keep']);
  const changes = planChanges(wanted('b'), stored('a'));
  t.false(isNothing(changes));
  t.like(changes.configs, [{ kind: 'config', action: 'create', name: wanted('b').configs[0]?.name }]);
  t.like(changes.services, [{ action: 'change', fields: ['image.secrets'] }]);
});

test('earlier configs of the project are known, and no other secret', (t) => {
  const labels = { [projectLabel]: 'other', [configLabel]: 'site' };
  const others = [{ name: 'x', labels }, { name: 'shop_token', labels: { [projectLabel]: 'shop' } }, { name: 'plain' }];
  const name = wanted('a').configs[0]?.name;
  t.deepEqual(planChanges(wanted('b'), stored('a', others)).earlierConfigs, [name]);
  t.deepEqual(planChanges(wanted('a'), stored('a', others)).earlierConfigs, []);
});

test('a secret of somebody else with the name of a config is not taken, and an external one must be there', (t) => {
  const name = wanted('a').configs[0]?.name ?? '';
  const taken = { ...stored('a'), secrets: [{ name }] };
  t.deepEqual(planChanges(wanted('a'), taken).obstacles, [
    `secret ${name} is there, and not of the project shop: say external: true, or give it another name`,
  ]);
  const external = desired(web('configs: [c]', 'configs: {c: {external: true}}'));
  t.deepEqual(planChanges(external, { ...stored('a'), secrets: [] }).obstacles, [
    'config c is external, and there is no such secret',
  ]);
});
