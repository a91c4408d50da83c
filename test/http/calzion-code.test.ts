import { server as createHapi } from '@hapi/hapi';
import test, { type ExecutionContext } from 'ava';
import { createToken } from '../../src/commands/accounts/tokens.ts';
import { AskedDomains } from '../../src/http/calzion/asked-domains.ts';
import { uploadRoutes } from '../../src/http/calzion/upload.ts';
import { archiveOf } from '../execution/archives/archives.ts';
import { idsIn as ids, openCalzion } from './open-calzion.ts';

/** Points 11 and 12 of the wire format of calzion's client: code is asked for, and uploaded as a form. */
const image = 'demo/busybox:1';

interface Form {
  readonly deploy_id?: string;
  readonly service_name?: string;
  readonly data?: unknown;
  readonly app?: Buffer;
}

/** As its client sends it: fields, and then the file. */
function formOf({ app, data = { app: { version: '1' } }, ...fields }: Form) {
  const parts = Object.entries({ ...fields, data: JSON.stringify(data) }).map(([name, text]) =>
    Buffer.from(`--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${text}\r\n`),
  );
  const head = '--b\r\nContent-Disposition: form-data; name="app"; filename="app"\r\n\r\n';
  const file = app ? [Buffer.from(head), app, Buffer.from('\r\n')] : [];
  return Buffer.concat([...parts, ...file, Buffer.from('--b--\r\n')]);
}

async function open(t: ExecutionContext, options: Parameters<typeof openCalzion>[1] = {}) {
  const opened = await openCalzion(t, { engines: 1, ...options });
  const { calzion, cluster } = opened;
  await calzion('PUT', '/create', { deploy_id: 'shop' });
  const upload = async (form: Form | Buffer, headers = {}) => {
    const payload = Buffer.isBuffer(form) ? form : formOf({ deploy_id: 'shop', service_name: 'app', ...form });
    const type = { 'content-type': 'multipart/form-data; boundary=b' };
    return await opened.send('/api/upload', payload, { ...type, ...headers });
  };
  const builds = () => cluster.engines.flatMap((each) => each.builds);
  return { ...opened, upload, builds };
}

const treeOf = (text: string) => archiveOf([{ name: 'Dockerfile', text }]);
const isCodeAsked = { 'data-request': 'app', tag: 'git' };

test('11 and 12: code is asked for, uploaded, built and set up, and the same code again changes nothing', async (t) => {
  const { cluster, lines, upload, builds } = await open(t);
  const asked = { deploy_id: 'shop', services: { app: { git: '.', env: { LEVEL: 'info' } } } };
  const held = [{ job: 'app - installing' }, { log: 'service was held: app code not available' }, isCodeAsked];
  t.deepEqual(await lines('/setup', asked), held);
  t.is(cluster.cache.services.get('shop-app'), undefined);
  const app = await treeOf('FROM demo/busybox:1\n');
  const first = await upload({ app });
  const [id = ''] = ids(first, 'New instance id is');
  t.deepEqual(first, [
    { log: 'Step 1/1 : FROM demo/busybox:1' },
    { job: 'app - installing' },
    { log: `New instance id is ${id}` },
  ]);
  t.deepEqual(
    builds().map(({ context }) => context),
    [app],
  );
  const { image } = cluster.cache.services.get('shop-app')?.value.spec ?? t.fail();
  t.regex(image?.name ?? '', /^builds\.satsuma\.invalid\/shop\/app:[0-9a-f]{32}$/);
  t.is(image?.environment?.LEVEL, 'info');

  t.deepEqual(await lines('/setup', asked), held);
  t.deepEqual(await upload({ app }), [{ job: 'app - installing' }, { log: 'service has not changed, skipping' }]);
  t.is(builds().length, 1);

  await lines('/setup', { ...asked, force: true });
  t.deepEqual(ids(await upload({ app }), 'Killing existing container'), [id]);
});

test('11: an upload that was not asked for, or was asked of another client, is refused', async (t) => {
  const { cluster, calzion, upload, builds } = await open(t, { isKept: false });
  const keys = await Promise.all(
    ['me', 'you'].map(async (name) => {
      const made = await createToken(cluster, { name, role: 'operator' }, { name: 'test', role: 'admin' });
      return { authorization: made.token };
    }),
  );
  const [me, you] = keys;
  const app = await treeOf('FROM demo/busybox:1\n');
  const errorOf = async (form: Form, headers = me) => (await upload(form, headers)).at(-1)?.error;
  t.is(await errorOf({ app }), 'deployment shop has no service app');
  t.is(await errorOf({ app, deploy_id: 'shpo' }), 'no such deployment, create first');
  for (const services of [{ app: { image, require: 'db' } }, { app: { git: '.' } }])
    await calzion('POST', '/setup', { deploy_id: 'shop', services }, { ...me });
  t.regex((await errorOf({ app }, you)) ?? '', /was asked of another client/);
  await calzion('POST', '/setup', { deploy_id: 'shop', services: { app: { image, require: 'db' } } }, { ...me });
  t.regex((await errorOf({ app })) ?? '', /^no code of app was asked for/);
  t.deepEqual(builds(), []);
});

test('12: a build that fails leaves what runs, and the code can be uploaded again', async (t) => {
  const { cluster, lines, upload } = await open(t);
  const asked = { deploy_id: 'shop', services: { app: { git: '.' } } };
  await lines('/setup', asked);
  await upload({ app: await treeOf('FROM demo/busybox:1\n') });
  const generation = () => cluster.cache.services.get('shop-app')?.value.generation;
  t.is(generation(), 1);
  await lines('/setup', asked);
  for (const engine of cluster.engines) engine.fail('buildImage', 'build_failed', { times: 1 });
  const app = await treeOf('FROM demo/busybox:1\nCMD ["b"]\n');
  t.truthy((await upload({ app })).at(-1)?.error);
  t.is(generation(), 1);
  for (const engine of cluster.engines) engine.heal();
  t.is(ids(await upload({ app }), 'New instance id is').length, 1);
  t.is(generation(), 2);
});

test('12: a domain of a template leads to an app whose code came later', async (t) => {
  const address = { host: '127.0.0.1', port: 8090 };
  const settings = { discovery: { dns: address, auth: address, domain: 'lab.test' } };
  const { cluster, lines, upload } = await open(t, { settings });
  const services = { app: { git: '.', ports: 'http' } };
  const globals = { Domains: { 'shop.example.org': { http: 'shop:app', auth: { me: 'secret' } } } };
  t.deepEqual((await lines('/setup', { deploy_id: 'shop', services, globals })).at(-1), {
    log: 'domain shop.example.org waits for it: app code not available',
  });
  const last = (await upload({ app: await treeOf('FROM demo/busybox:1\n') })).at(-1);
  t.deepEqual(last, { log: 'domain shop.example.org leads to app' });
  t.truthy(cluster.cache.domains.get('shop.example.org'));
  t.false(JSON.stringify(await cluster.store.list('deployment')).includes('secret'));
});

test('12: an upload that is no form, too large or not whole is refused in its last line', async (t) => {
  const { lines, upload, builds } = await open(t, { isKept: false });
  await lines('/setup', { deploy_id: 'shop', services: { app: { git: '.' } } });
  const app = await treeOf('FROM demo/busybox:1\n');
  const whole = formOf({ deploy_id: 'shop', service_name: 'app', app });
  const refused: readonly (readonly [Form | Buffer, RegExp, Record<string, string>?])[] = [
    [{}, /has no file "app"/],
    [{ app, deploy_id: '../x' }, /"deploy_id" must begin/],
    [{ app, data: { app: 7 } }, /"data.app" must be/],
    [{ app, data: 'x'.repeat(100_000) }, /"data" is larger than/],
    [{ app, other: 'x' } as Form, /"other" is not allowed/],
    [whole.subarray(0, -20), /ends early/],
    [{ app: Buffer.alloc(2048, 'no archive') }, /cannot be built/],
    [whole, /must be multipart\/form-data/, { 'content-type': 'application/json' }],
  ];
  for (const [form, error, headers] of refused) t.regex((await upload(form, headers)).at(-1)?.error ?? '', error);
  t.deepEqual(builds(), []);
});

test('12: code that is too large is refused while it comes, whatever length was announced', async (t) => {
  const { cluster, lines } = await open(t, { isKept: false });
  await lines('/setup', { deploy_id: 'shop', services: { app: { git: '.' } } });
  const server = createHapi();
  uploadRoutes(server, cluster, { domains: new AskedDomains(), limitBytes: 4096 });
  const headers = { 'content-type': 'multipart/form-data; boundary=b' };
  const app = Buffer.alloc(5000);
  const payload = formOf({ deploy_id: 'shop', service_name: 'app', app });
  const answer = await server.inject({ method: 'POST', url: '/upload', headers, payload });
  t.regex(answer.payload, /^{"error":"the code of an app may have/);
});
