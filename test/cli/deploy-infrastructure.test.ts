import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { openAs } from '../http/open-door.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { terminal } from './terminal.ts';

const template = `demo/busybox:1:
    ports: {http: 80}
web:
    image: demo/busybox:1
`;

async function stage(t: ExecutionContext, text = template) {
  const started = await terminal(t, { isKept: true });
  const folder = temporaryFolder(t);
  const path = join(folder, 'template.yaml');
  writeFileSync(path, text);
  const placing = join(folder, 'production.yaml');
  const deploy = (infrastructure?: string, words = 'shop -d') => {
    if (infrastructure !== undefined) writeFileSync(placing, infrastructure);
    return started.type(`deploy ${path} ${infrastructure === undefined ? '' : `--infrastructure ${placing}`} ${words}`);
  };
  const recordOf = async (name: string) => (await started.cluster.store.read('service', name))?.value ?? t.fail(name);
  const write = (changed: string) => writeFileSync(path, changed);
  return { ...started, deploy, recordOf, placing, write };
}

test('a file beside the template says how many replicas there are, where and how large, and unchanged it does nothing', async (t) => {
  const { deploy, recordOf } = await stage(t);
  const file = `demo/busybox:1: {replicas: 2, spread: zone, cpus: 0.25, memory: 64m}
web:
    replicas: global
    constraints: [engine!=c, zone!=~old-*]
    strategy: spread
`;
  const first = await deploy(file);
  t.is(first.code, 0, first.err);
  t.like(await recordOf('shop-busybox'), {
    spec: { replicas: 2, image: { spread: 'zone', cpus: 0.25, memory: 64 } },
  });
  t.like(await recordOf('shop-web'), {
    spec: { replicas: 'global', image: { constraints: ['engine!=c', 'zone!=~old-*'], strategy: 'spread' } },
  });
  t.regex((await deploy(file)).out, /nothing to do\n$/);
  t.regex((await deploy()).out, /nothing to do\n$/, 'without the file all stays');
});

test('what the file says otherwise is a change of that alone, and what it does not say stays', async (t) => {
  const { deploy, recordOf, type } = await stage(t);
  await deploy('busybox: {replicas: 2, memory: 64}');
  t.is((await type('service scale shop-busybox=1 -d')).code, 0);
  const changed = await deploy('busybox: {replicas: 2}');
  t.regex(changed.out, /~ service shop-busybox: replicas\n/);
  t.like(await recordOf('shop-busybox'), { spec: { replicas: 2, image: { memory: 64 } } });
  const larger = await deploy('busybox: {memory: 1g}', 'shop --dry-run');
  t.regex(larger.out, /~ service shop-busybox: image\.memory\n/);
  t.regex((await deploy('web: {replicas: global}')).err, /web: has a number of replicas, and that cannot be changed/);
  t.is((await recordOf('shop-web')).generation, 1);
});

test('what is said of a service that is held is done when it is started', async (t) => {
  const held = 'web:\n    image: demo/busybox:1\n    require: db\n';
  const { deploy, recordOf, cluster, write } = await stage(t, held);
  t.regex((await deploy('web: {replicas: 2}')).out, /web is held/);
  t.is(cluster.cache.services.get('shop-web'), undefined);
  write(`${held}db:\n    image: demo/busybox:1\n`);
  t.is((await deploy()).code, 0);
  t.is((await recordOf('shop-web')).spec.replicas, 2);
});

test('a file of infrastructure is refused as a whole, with file, line and path', async (t) => {
  const { deploy, cluster, placing } = await stage(t);
  const refused = async (text: string) => {
    const { code, err } = await deploy(text);
    t.not(code, 0);
    return err
      .replaceAll(placing, 'p.yaml')
      .replace(/^satsuma: /, '')
      .trimEnd()
      .split('\n');
  };
  t.deepEqual(
    await refused(`webb: {replicas: 2}
web:
    replicas: many
    constraints: [zone]
    memory: 1
    cpus: x
    image: other
    replica: 2
busybox: {replicas: 1}
demo/busybox:1: {replicas: 2}
Env: {A: b}
`),
    [
      'p.yaml:1: webb: is no service of the template: did you mean web?',
      'p.yaml:3: web.replicas: must be a whole number to 10000, and is "many"',
      'p.yaml:4: web.constraints[0]: is no constraint: it must be like zone==eu-1 or node!=old-*',
      'p.yaml:5: web.memory: must be a size like 512m or 2g, or a number of MiB from 6, and is "1"',
      'p.yaml:6: web.cpus: must be a number of CPUs like 0.5, and is "x"',
      'p.yaml:7: web.image: is not done here: what a service is, is said in the template',
      'p.yaml:8: web.replica: is no key of a file of infrastructure: did you mean replicas?',
      'p.yaml:10: "demo/busybox:1": is there twice: "demo/busybox:1" is its key, and busybox its name',
      'p.yaml:11: Env: belongs into the template: here are its services, Domains and Includes',
    ],
  );
  t.regex((await refused(''))[0] ?? '', /^p\.yaml:1: has no services/);
  t.regex((await refused('web: [')).join(), /^p\.yaml:1: .*is not YAML/);
  t.deepEqual(cluster.cache.services.all(), []);
  t.deepEqual(await cluster.store.list('deployment'), []);
});

test('over HTTP it is refused as a whole too', async (t) => {
  const { cluster } = await stage(t);
  const call = await openAs(cluster, 'admin');
  await call('PUT', '/apiv1/deployment/shop');
  const services = { web: { image: 'demo/busybox:1' } };
  for (const infrastructure of [
    { wbe: { replicas: 2 } },
    { web: { replicas: -1 } },
    { web: { constraints: ['zone'] } },
    { web: { image: 'x' } },
    { web: { memory: 1 } },
  ]) {
    const { status, body } = await call('POST', '/apiv1/deployment/shop/setup', { services, infrastructure });
    t.is(status, 400, JSON.stringify(body));
  }
  const { body } = await call('POST', '/apiv1/deployment/shop/plan', { services, infrastructure: { webb: {} } });
  t.regex(
    JSON.stringify(body),
    /infrastructure is said of .*webb.*, and the template has no such service: did you mean web\?/,
  );
  t.deepEqual(cluster.cache.services.all(), []);
});

test('the domains of a deployment may be in its file of infrastructure', async (t) => {
  const { deploy, cluster } = await stage(t);
  const first = await deploy('Domains:\n    shop.example.org\n        http: shop:busybox\n');
  t.is(first.code, 0, first.err);
  t.like(cluster.cache.domains.get('shop.example.org')?.value, { deployment: 'shop' });
  const wrong = await deploy('Domains:\n    shop.example.org\n        http: shop:wbe\n');
  t.regex(
    wrong.err,
    /production\.yaml:3: Domains\."shop\.example\.org"\.http: leads to "wbe", and there is no such service/,
  );
});
