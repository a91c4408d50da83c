import test from 'ava';
import { Problems } from '../../src/application/problems.ts';
import { isSatsumaError } from '../../src/model/errors.ts';
import { hostLan } from '../../src/network-plugins/host-lan.ts';
import { hostWan } from '../../src/network-plugins/host-wan.ts';
import { loadTemplate } from '../../src/template/load-template.ts';
import { formatName, readTemplate } from '../../src/template/template.ts';
import { translateTemplate } from '../../src/template/translate.ts';

function sentences(files: Readonly<Record<string, string>> | string): readonly string[] {
  const all: Readonly<Record<string, string>> = typeof files === 'string' ? { '/t/app.yaml': files } : files;
  const problems = new Problems(formatName);
  const read = (path: string) => {
    const text = all[path];
    if (text === undefined) throw new Error('no such file');
    return text;
  };
  try {
    const tree = loadTemplate({ path: '/t/app.yaml', name: 'app.yaml' }, read, problems);
    if (tree) {
      translateTemplate(readTemplate(tree, problems), {
        ...{ deployment: 'shop', lan: hostLan, wan: hostWan, present: [], assignedPort: () => 20_000 },
      });
    }
    problems.refuse();
    return [];
  } catch (error) {
    if (!isSatsumaError(error, 'invalid')) throw error;
    return error.message.split('\n');
  }
}

const refused = test.macro((t, text: string, expected: readonly (string | RegExp)[]) => {
  const said = sentences(text);
  t.is(said.length, expected.length, said.join('\n'));
  for (const [at, each] of expected.entries()) {
    if (typeof each === 'string') t.is(said[at], each);
    else t.regex(said[at] ?? '', each);
  }
});

test('an unknown key', refused, 'web:\n  prots: http\n', [
  'app.yaml:2: web.prots: is no key of a template: did you mean ports?',
]);
test('a key that belongs to the infrastructure', refused, 'web:\n  replicas: 3\n', [
  'app.yaml:2: web.replicas: is not done here: a template does not say how many there are: a file given with --infrastructure does, or "satsuma service scale"',
]);
test('port and ports', refused, 'web:\n  port: 80\n  ports: http\n', [
  'app.yaml:2: web.port: cannot be beside ports: say one of them',
]);
test('an image that has no name', refused, 'web: {image: ""}\napi: {image: a b}\n../../etc/passwd: {}\n', [
  'app.yaml:1: web.image: has the image "": it must be an image name like redis or registry:5000/team/web:1.2',
  'app.yaml:2: api.image: has the image "a b": it must be an image name like redis or registry:5000/team/web:1.2',
  'app.yaml:3: ../../etc/passwd: has the image "../../etc/passwd": it must be an image name like redis or registry:5000/team/web:1.2',
]);
test('a port that is no port', refused, 'web:\n  ports: {http: 70000, admin: yes}\n', [
  'app.yaml:2: web.ports.http: must be a port from 1 to 65535, or assign',
  'app.yaml:2: web.ports.admin: must be a port from 1 to 65535, or assign',
]);
test('a port that is named twice', refused, 'web:\n  ports: [http, HTTP]\n', [/names "HTTP" twice/]);
test('a WAN port to a port that is not there', refused, 'web:\n  ports: [http, api]\n  wan_map: {":80": https}\n', [
  'app.yaml:3: web.wan_map.":80": asks for the port "https", and there is no such port: there is http, api',
]);
test('a WAN port that is none', refused, 'web:\n  ports: [http]\n  wan_map: {"80": http}\n', [
  /has "80" where a port of the engine must be, like ":80" or "10\.0\.0\.5:80"/,
]);
test('a service that names itself', refused, 'web:\n  links: web\n  require: [web]\n', [
  'app.yaml:2: web.links: is linked to itself',
  'app.yaml:3: web.require[0]: requires itself',
]);
test('a circle', refused, 'a:\n  links: b\nb:\n  links: [c]\nc:\n  require: a\n', [
  'app.yaml:1: a: is in a circle of links, so that none can be started first: a -> b -> c -> a',
]);
test('a link to nothing', refused, 'web:\n  links: rediss\nredis:\n', [
  'app.yaml:2: web.links: is linked to "rediss", and there is no such service: did you mean redis?',
]);
test('two services of one name', refused, 'a/web:\nb/web:\n', [
  'app.yaml:2: b/web: has the name web, as "a/web" has: give one another key, and name its image in "image"',
]);
test('an unknown global', refused, 'Envs: {A: 1}\nweb:\n', [
  'app.yaml:1: Envs: is no global of a template: there are Env, Generate, Domains and Includes',
]);
test('globals that have no meaning here', refused, 'Exec: {K: {service: web, cmd: x}}\nFlynn-Postgres: {}\nweb:\n', [
  /^app\.yaml:1: Exec: is not done here: /,
  /^app\.yaml:2: Flynn-Postgres: is not done here: /,
]);
test('an environment for a service that is not there', refused, 'Env: {wbe: {A: 1}}\nweb:\n', [
  'app.yaml:1: Env.wbe: is for a service "wbe", and there is none: there are web',
]);
test('a secret in the environment', refused, 'Generate: {KEY: hex}\nweb:\n  env: {A: "x{KEY}"}\n', [
  'app.yaml:3: web.env: would put the secret KEY into A, where it can be read: its file is named by KEY_FILE',
]);
test('git beside image', refused, 'web:\n  git: .\n  image: a\n', [
  'app.yaml:3: web.image: cannot be beside git, which says what the image is built from',
]);
test('a builder without code', refused, 'web:\n  builder: a\n', [
  'app.yaml:2: web.builder: is for code: say git as well',
]);
test('a build that is none', refused, 'web:\n  git: {path: ., build: abc}\n', [
  'app.yaml:2: web.git.build: must be a SHA-256 in hexadecimal',
]);
test('a domain without a target', refused, 'Domains: {example.org: {http: web}}\nweb:\n', [
  'app.yaml:1: Domains."example.org".http: must be DEPLOYMENT:SERVICE or DEPLOYMENT:SERVICE:PORT',
]);
test('what is no YAML', refused, 'web: [\n', [/^app\.yaml:\d+: is not YAML/]);
test('nothing', refused, '', [/has no services/]);

test('problems of a file that is included are told of that file', (t) => {
  t.deepEqual(sentences({ '/t/app.yaml': 'Includes: [more/db.yaml]\nweb:\n', '/t/more/db.yaml': 'db:\n  prot: 1\n' }), [
    'more/db.yaml:2: db.prot: is no key of a template: did you mean port?',
  ]);
  t.regex(
    sentences({ '/t/app.yaml': 'Includes: gone.yaml\nweb:\n' })[0] ?? '',
    /^app\.yaml:1: cannot read "\/t\/gone\.yaml"/,
  );
  t.deepEqual(sentences({ '/t/app.yaml': 'Includes: app.yaml\nweb:\n' }), [
    'app.yaml:1: Includes: is a circle: "app.yaml" includes itself',
  ]);
});
