// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of Compose files are written so.
import test from 'ava';
import { plain, problemsOf, web } from './project.ts';

const merged = (base: string, over: string) =>
  (
    plain({ files: { 'compose.yaml': base, 'over.yaml': over }, use: ['compose.yaml', 'over.yaml'] }) as {
      readonly services: { readonly web: object };
    }
  ).services.web;

test('files are merged: objects key by key, lists one behind the other, commands anew', (t) => {
  const base = `
services:
  web:
    image: x
    command: ["a", "b"]
    environment: ["A=1", "B=1"]
    labels: {one: "1"}
    cap_add: [NET_ADMIN]
    volumes: ["data:/data", "/srv:/srv"]
    dns: 10.0.0.1
    logging: {driver: syslog, options: {tag: web}}
`;
  const over = `
services:
  web:
    command: c
    environment: {B: 2, C: 3}
    labels: ["two=2"]
    cap_add: [NET_ADMIN, SYS_TIME]
    volumes: ["other:/data:ro"]
    dns: [10.0.0.2]
    logging: {driver: json-file}
`;
  t.deepEqual(merged(base, over), {
    image: 'x',
    command: 'c',
    environment: { A: '1', B: 2, C: 3 },
    labels: { one: '1', two: '2' },
    cap_add: ['NET_ADMIN', 'SYS_TIME'],
    volumes: ['other:/data:ro', '/srv:/srv'],
    dns: ['10.0.0.1', '10.0.0.2'],
    logging: { driver: 'json-file' },
  });
});

test('!reset takes away and !override replaces', (t) => {
  const base = 'services: {web: {image: x, ports: ["80"], environment: {A: 1, B: 2}, user: root}}';
  const over = 'services: {web: {ports: !override ["90"], environment: {A: !reset null}, user: !reset null}}';
  t.deepEqual(merged(base, over), { image: 'x', ports: ['90'], environment: { B: 2 } });
});

test('anchors and merge keys are those of YAML', (t) => {
  const text = 'x-base: &base {image: x, user: root}\nservices: {web: {<<: *base, user: me}, api: {<<: [*base]}}';
  t.like(plain({ files: { 'compose.yaml': text } }), {
    services: { web: { image: 'x', user: 'me' }, api: { image: 'x', user: 'root' } },
  });
});

test('a service extends another one, in its file or another one, and says the rest anew', (t) => {
  const files = {
    'compose.yaml':
      'services: {web: {extends: {service: base, file: lib/base.yaml}, environment: {B: 2}}, api: {extends: web, user: me}}',
    'lib/base.yaml': 'services: {base: {extends: first, environment: {A: 1}}, first: {image: x, command: [a]}}',
  };
  t.deepEqual((plain({ files }) as { readonly services: object }).services, {
    web: { image: 'x', command: ['a'], environment: { A: 1, B: 2 } },
    api: { image: 'x', command: ['a'], environment: { A: 1, B: 2 }, user: 'me' },
  });
});

test('what is included brings its services, with variables of its own folder', (t) => {
  const files = {
    'compose.yaml': 'include: [sub/compose.yaml, {path: [more.yaml, over.yaml]}]\nservices: {web: {image: x}}',
    'sub/compose.yaml': 'services: {db: {image: "db:${TAG}"}}\nvolumes: {data: {}}',
    'sub/.env': 'TAG=7',
    'more.yaml': 'services: {more: {image: x}}',
    'over.yaml': 'services: {more: {user: me}}',
  };
  t.deepEqual(plain({ files }), {
    services: { web: { image: 'x' }, db: { image: 'db:7' }, more: { image: 'x', user: 'me' } },
    volumes: { data: {} },
  });
});

test('variables come from .env, and those of the shell count more', (t) => {
  const files = { 'compose.yaml': 'services: {web: {image: "$A-$B"}}', '.env': 'A=file\nB=file' };
  t.like(plain({ files, variables: { B: 'shell' } }), { services: { web: { image: 'file-shell' } } });
});

const refused: readonly (readonly [string, Readonly<Record<string, string>>, readonly string[]])[] = [
  ['a file that is not there', {}, ['compose.yaml:1: cannot read "/work/shop/compose.yaml": ENOENT']],
  [
    'what is not YAML',
    { 'compose.yaml': 'services:\n  web: [' },
    ['compose.yaml:2: is not YAML: Flow sequence in block collection must be sufficiently indented and end with a ]'],
  ],
  [
    'a key that is there twice',
    { 'compose.yaml': 'services: {}\nservices: {}' },
    ['compose.yaml:2: is not YAML: Map keys must be unique'],
  ],
  ['a list', { 'compose.yaml': '- a' }, ['compose.yaml:1: must be an object with keys such as services']],
  ['an empty file', { 'compose.yaml': '' }, ['compose.yaml:1: must be an object with keys such as services']],
  ['no services', { 'compose.yaml': 'name: x' }, ['compose.yaml:1: has no services']],
  [
    'a tag that means nothing',
    { 'compose.yaml': 'services: {web: !thing {}}' },
    ['compose.yaml:1: services.web: the tag "!thing" means nothing here'],
  ],
  [
    'a service that extends itself by a detour',
    { 'compose.yaml': 'services:\n  a: {image: x, extends: b}\n  b: {image: x, extends: {service: a}}' },
    [
      'compose.yaml:2: services.a.extends: is a circle: a extends b extends a',
      'compose.yaml:3: services.b.extends: is a circle: b extends a extends b',
    ],
  ],
  [
    'a service that extends none',
    { 'compose.yaml': 'services:\n  a: {image: x, extends: b}' },
    ['compose.yaml:2: services.a.extends: there is no service "b"'],
  ],
  [
    'a file that is extended and not there',
    { 'compose.yaml': 'services:\n  a: {image: x, extends: {file: no.yaml, service: b}}' },
    ['compose.yaml:2: cannot read "/work/shop/no.yaml": ENOENT'],
  ],
  [
    'a file that includes itself',
    { 'compose.yaml': 'include: [compose.yaml]\nservices: {a: {image: x}}' },
    ['compose.yaml:1: include[0]: is a circle: "compose.yaml" includes itself'],
  ],
  [
    'a service that is included and there already',
    { 'compose.yaml': 'include: [more.yaml]\nservices: {a: {image: x}}', 'more.yaml': 'services: {a: {image: y}}' },
    ['compose.yaml:1: include[0]: has services.a, which is there already'],
  ],
  [
    'a variable that is needed',
    { 'compose.yaml': 'services:\n  a: {image: "${TAG:?which one}"}' },
    ['compose.yaml:2: services.a.image: needs the variable TAG, which is not set: which one'],
  ],
];

for (const [what, files, problems] of refused) {
  test(`${what} is refused`, (t) => t.deepEqual(problemsOf({ files }), problems));
}

test('a small file that would become a large one is refused', (t) => {
  const lines = Array.from(
    { length: 30 },
    (_, at) => `x-${at + 1}: &a${at + 1} [${Array(9).fill(`*a${at}`).join(', ')}]`,
  );
  const text = ['x-0: &a0 [1]', ...lines, 'services: {web: {image: x}}'].join('\n');
  t.regex(problemsOf({ files: { 'compose.yaml': text } }).join(), /the file is too large or too deep/);
});

test('services without the profile that is asked for are left out, and are no orphans', (t) => {
  const text = 'services: {web: {image: x}, debug: {image: x, profiles: [dev]}}';
  t.deepEqual(problemsOf({ files: { 'compose.yaml': text } }), []);
  t.deepEqual(problemsOf(web('profiles: [dev]')), [
    'compose.yaml:1: services: has none without profiles, and no profile was asked for',
  ]);
});
