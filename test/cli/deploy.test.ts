import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { temporaryFolder } from '../temporary-folder.ts';
import { cells, terminal } from './terminal.ts';

const template = (level = 'info') => `
demo/busybox:1:
web:
    image: demo/busybox:1
    cmd: httpd -f -p $PORT_HTTP
    ports: http, admin
    env: {LEVEL: ${level}, WHERE: "{HOST}:{PORT_HTTP} of {DEPLOY_ID}", JSON: '{"a": 1}'}
`;

async function stage(t: ExecutionContext, text = template()) {
  const started = await terminal(t, { isKept: true });
  const path = join(temporaryFolder(t), 'template.yaml');
  const write = (changed: string) => writeFileSync(path, changed);
  write(text);
  return { ...started, path, write, deploy: (words: string) => started.type(`deploy ${path} ${words}`) };
}

test('a template is deployed once, unchanged it does nothing, and a change names its fields first', async (t) => {
  const { deploy, cluster, write, type } = await stage(t);
  const first = await deploy('shop-staging -d');
  t.is(
    first.out,
    '+ service shop-staging-busybox\n+ service shop-staging-web\nservice shop-staging-busybox: created\nservice shop-staging-web: created\n',
    first.err,
  );
  t.deepEqual(await deploy('shop-staging'), {
    code: 0,
    out: '= unchanged: shop-staging-busybox, shop-staging-web\nshop-staging: nothing to do\n',
    err: '',
  });
  t.is((await cluster.store.read('service', 'shop-staging-web'))?.value.generation, 1);

  write(template('debug'));
  t.is(
    (await deploy('shop-staging --dry-run')).out,
    '~ service shop-staging-web: image.environment.LEVEL\n= unchanged: shop-staging-busybox\n',
  );
  t.is((await cluster.store.read('service', 'shop-staging-web'))?.value.generation, 1);
  t.regex((await deploy('shop-staging -d')).out, /service shop-staging-web: changed\n$/);
  t.is((await cluster.store.read('service', 'shop-staging-web'))?.value.generation, 2);
  t.regex((await deploy('shop-staging -d --force')).out, /service shop-staging-busybox: changed/);
  t.deepEqual(
    cells((await type('deployment ls')).out).map((row) => row.slice(0, 2)),
    [
      ['DEPLOYMENT', 'SERVICE'],
      ['shop-staging', 'busybox'],
      ['shop-staging', 'web'],
    ],
  );
});

test('a service is told its deployment, its ports, where it is looked for, and its name in the catalogue', async (t) => {
  const { deploy, cluster } = await stage(t);
  await deploy('shop -d');
  const { image } = (await cluster.store.read('service', 'shop-web'))?.value.spec ?? t.fail();
  const { environment = {} } = image ?? {};
  const port = environment.PORT_HTTP ?? '';
  t.like(environment, {
    DEPLOY_ID: 'shop',
    HOST: '{HOST}',
    SD_HTTP: `{HOST}:${port}`,
    SD_HTTP_HOST: '{HOST}',
    SD_HTTP_PORT: port,
    SD_HTTP_NAME: 'shop:web:http',
    WHERE: `{HOST}:${port} of shop`,
    JSON: '{"a": 1}',
    LEVEL: 'info',
  });
  t.false('DISCOVERD' in environment);
  t.deepEqual(image?.args, ['/bin/sh', '-c', 'httpd -f -p $PORT_HTTP']);
  t.deepEqual(image?.bind_ports?.[0], { proto: 'tcp', port: Number(port), container_port: Number(port) });
  const other = (await cluster.store.read('service', 'shop-busybox'))?.value.spec.image;
  t.is(other?.name, 'demo/busybox:1');
  t.is(other?.environment?.SD_NAME, 'shop:busybox');
});

test('one template is several deployments beside each other, with ports of their own', async (t) => {
  const { deploy, cluster } = await stage(t);
  await deploy('shop-staging -d');
  await deploy('shop-production -d');
  const portOf = async (name: string) =>
    (await cluster.store.read('service', `${name}-web`))?.value.spec.image.environment?.PORT_HTTP;
  const ports = [await portOf('shop-staging'), await portOf('shop-production')];
  t.not(ports[0], ports[1]);
  t.true(ports.every((port) => Number(port) >= 20_000 && Number(port) < 30_000));
});

test('how many there are and where stays as it was said otherwise', async (t) => {
  const { deploy, cluster, write, type } = await stage(t);
  await deploy('shop -d');
  t.is((await type('service update shop-web --constraint-add zone==eu --replicas 2 --memory 32 -d')).code, 0);
  t.regex((await deploy('shop')).out, /nothing to do/);
  write(template('debug'));
  await deploy('shop -d');
  const { image, replicas } = (await cluster.store.read('service', 'shop-web'))?.value.spec ?? t.fail();
  t.deepEqual([replicas, image?.constraints, image?.memory], [2, ['zone==eu'], 32]);
});

test('a deployment is removed with its services, and what is of another one stays', async (t) => {
  const { deploy, type, cluster } = await stage(t);
  await deploy('shop -d');
  await deploy('shop-two -d');
  const removed = await type('deployment rm shop');
  t.is(removed.code, 0, removed.err);
  t.deepEqual(removed.out.trimEnd().split('\n').sort(), ['service shop-busybox: removed', 'service shop-web: removed']);
  t.is(await cluster.store.read('deployment', 'shop'), undefined);
  t.truthy(await cluster.store.read('service', 'shop-two-web'));
  t.is((await type('deployment rm shop')).code, 3);
});

test('a service that is of nobody is not taken over', async (t) => {
  const { deploy, type, cluster } = await stage(t);
  await type('service create -d shop-web demo/busybox:1');
  const { code, err } = await deploy('shop');
  t.is(code, 4);
  t.regex(err, /service shop-web is there, and not of the deployment shop/);
  t.is(await cluster.store.read('deployment', 'shop'), undefined);
});
