import { request } from 'node:http';
import test, { type ExecutionContext } from 'ava';
import type { Browser, Page } from 'playwright-core';
import { type Lab, startLab } from '../../example/lab/lab.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { eventually, registerAll, type SatsumaServer, startSatsuma } from './satsuma-server.ts';
import { startRedis } from './store/redis-server.ts';
import { startForwarder } from './ui/forwarder.ts';
import { follow, newPage, openPage, startBrowser } from './ui/open-page.ts';

/** What is done with the web page, by mouse and keyboard, on real engines. */
const withinMs = 60_000;
let lab: Lab;
let browser: Browser;
let edge: string;
let settings: object;

test.before(async () => {
  lab = await startLab({ name: 'ui-views', engines: 2, image: true, attached: true });
  await lab.importCaddy();
  edge = new URL(lab.engines[0]?.addr ?? '').hostname;
  const here = edge.replace(/\d+$/, '1');
  settings = { discovery: { dns: `${here}:5353`, auth: `${here}:8090`, domain: 'lab.test' }, audit: { mode: 'on' } };
  browser = await startBrowser();
});

test.after.always(async () => {
  await browser?.close();
  await lab?.down();
});

async function open(t: ExecutionContext) {
  const opened = await openPage(t, { lab, browser }, settings);
  t.teardown(() => clear(opened.server).catch(() => undefined));
  return opened;
}

/** Nothing is left on the engines: the next server would take it up. */
async function clear({ call }: SatsumaServer): Promise<void> {
  await call('DELETE', 'router');
  for (const kind of ['service', 'job'])
    for (const { name } of (await call('GET', `${kind}s`)).data) await call('DELETE', `${kind}/${name}`);
  const left = () => call('GET', 'containers?all=true');
  await eventually(left, ({ data }) => data.length === 0, withinMs);
}

const fill = async (page: Page, fields: Readonly<Record<string, string>>) => {
  for (const [label, value] of Object.entries(fields))
    await page
      .getByLabel(new RegExp(`^${label}`))
      .first()
      .fill(value);
};
/** A button that says what it will do, and then does it. */
const confirmed = async (page: Page, name: string) => {
  await page.getByRole('button', { name, exact: true }).click();
  const dialog = page.getByRole('dialog', { name });
  await dialog.getByRole('button', { name, exact: true }).click();
  await dialog.waitFor({ state: 'hidden' });
};

function visit(host: string): Promise<string> {
  return new Promise((resolve) => {
    const asked = request({ host: edge, port: 80, path: '/', headers: { host }, timeout: 10_000 }, (response) => {
      let body = '';
      response.on('data', (text) => {
        body += text;
      });
      response.on('end', () => resolve(body));
    });
    asked.on('error', (error) => resolve(error.message));
    asked.on('timeout', () => asked.destroy(new Error('no answer')));
    asked.end();
  });
}

test.serial('from nothing to a service that answers under its domain, with the page alone', async (t) => {
  const { page } = await open(t);
  // The empty states lead on.
  await page.getByRole('link', { name: 'Register the first engine' }).click();
  for (const { id, addr } of lab.engines) {
    await fill(page, { Name: id, Address: addr, Labels: 'edge' });
    await page.getByRole('button', { name: 'Register an engine' }).click();
    await page.getByText(`${id} is registered.`).waitFor();
  }
  await page.getByRole('link', { name: 'ui-views-2' }).waitFor();
  await follow(page, 'Services');
  await page.getByRole('link', { name: 'Create a service with a form' }).click();
  t.true(await page.getByLabel('a service, which keeps replicas running').isChecked());
  const script = 'echo hello > index.html; exec httpd -f -p 8080';
  await fill(page, {
    Image: 'demo/busybox:1',
    Name: 'web',
    Replicas: '2',
    Command: `sh -c "${script}"`,
    Ports: '8080',
  });
  await page.getByText('Where the replicas would go').waitFor();
  await page.getByText('Engines that can run it, best first').waitFor();
  await page.getByRole('button', { name: 'Create the service' }).click();
  await page.getByText('2 of 2 ready').waitFor();
  await follow(page, 'Domains');
  await page.getByText('No router runs').waitFor();
  await page.locator('summary', { hasText: 'Run routers' }).click();
  await fill(page, { 'Labels of the engines, like edge': 'edge' });
  await page.getByRole('button', { name: 'Run routers' }).click();
  // The server's sentence is beside the field.
  const form = page.locator('form', { has: page.getByRole('button', { name: 'Add a domain' }) });
  await form.getByLabel('Name', { exact: true }).fill('Not A Name');
  await form.getByLabel('Service', { exact: true }).fill('web');
  await form.getByRole('button', { name: 'Add a domain' }).click();
  await form.locator('[aria-invalid]').waitFor();
  await form.getByLabel('Name', { exact: true }).fill('www.example.org');
  await form.getByLabel('Certificates').selectOption('off');
  await form.getByRole('button', { name: 'Add a domain' }).click();
  await page.getByRole('link', { name: 'www.example.org' }).waitFor();
  t.is(
    await eventually(
      () => visit('www.example.org'),
      (body) => body.trim() === 'hello',
      withinMs,
    ),
    'hello\n',
  );
  await page.getByRole('link', { name: 'www.example.org' }).click();
  await confirmed(page, 'Remove');
  await page.getByText('www.example.org does not exist any more.').waitFor();
});

test.serial('a job runs when it is asked for, its log is there, and it is paused and taken on', async (t) => {
  const { server, page, problems } = await open(t);
  await registerAll(server, lab);
  await follow(page, 'Jobs');
  const fields = { Name: 'nightly', Image: 'demo/busybox:1', Command: 'echo "it is done"', Schedule: '0 3 * * *' };
  await fill(page, fields);
  await page.getByRole('button', { name: 'Create a job' }).click();
  await page.getByRole('link', { name: 'nightly' }).click();
  await page.getByText('It has not run yet.').waitFor();
  await confirmed(page, 'Run now');
  await page.getByText('it is done', { exact: true }).waitFor();
  await page.getByRole('button', { name: /^1 succeeded/ }).waitFor();
  t.regex(page.url(), /#\/jobs\/nightly\?run=1$/);
  await confirmed(page, 'Pause');
  await page.getByText('on request').first().waitFor();
  t.is((await server.call('GET', 'job/nightly')).data.schedule, undefined);
  await confirmed(page, 'Go on');
  await page.getByText('0 3 * * * (UTC)').waitFor();
  t.deepEqual(problems, []);
});

test.serial('a drain is drawn before it is made, and followed until the engine is empty', async (t) => {
  const { server, page, problems } = await open(t);
  await registerAll(server, lab);
  const image = {
    name: 'demo/busybox:1',
    type: 'host',
    labels: ['host:ui-views-1', 'host:ui-views-2'],
    network_mode: 'none',
  };
  t.is(
    (
      await server.call('POST', 'service', {
        name: 'moved',
        image: { ...image, type: 'label', labels: [] },
        replicas: 2,
      })
    ).status,
    201,
  );
  const on = async () => (await server.call('GET', 'service/moved')).data.status.replicas;
  const replicas = await eventually(
    on,
    (all) => all.length === 2 && all.every(({ state }: { state: string }) => state === 'ready'),
    withinMs,
  );
  const engine: string = replicas[0].engine;
  const other = lab.engines.map(({ id }) => id).find((id) => id !== engine);
  await page.goto(`${page.url()}#/engines/${engine}`);
  await page.getByRole('button', { name: `What if ${engine} were lost?` }).click();
  await page.getByText('would run elsewhere').waitFor();
  await page.getByRole('button', { name: 'Show what a drain would move' }).click();
  const plan = page.getByRole('region', { name: 'What a drain would move' });
  await plan
    .getByText(new RegExp(`^moved.*${engine} → ${other} \\(planned\\)`))
    .first()
    .waitFor();
  t.is((await server.call('GET', `engine/${engine}`)).data.status, 'ok', 'nothing was changed yet');
  await confirmed(page, 'Drain now');
  await page.getByText(/^The drain is over: 0 of/).waitFor();
  t.true((await on()).every((each: { engine: string }) => each.engine === other));
  await confirmed(page, 'Put to use');
  await follow(page, 'Moves');
  await page.getByRole('region', { name: 'What a rebalance would move' }).waitFor();
  t.deepEqual(problems, []);
});

test.serial('who changes what somebody else changed meanwhile sees that, and overwrites nothing', async (t) => {
  const { server, page } = await open(t);
  await registerAll(server, lab);
  const image = { name: 'demo/busybox:1', type: 'label', network_mode: 'none' };
  t.is((await server.call('POST', 'service', { name: 'shared', image, replicas: 1 })).status, 201);
  await page.goto(`${page.url()}#/services/shared`);
  await page.getByText('Change the image').first().click();
  const form = page.locator('form', { has: page.getByRole('button', { name: 'Change the image' }) });
  await form.getByLabel('Image').fill('demo/busybox:2');
  t.is((await server.call('POST', 'service/shared/scale', { replicas: 2 })).status, 200);
  await page.getByText(/^shared was changed meanwhile: it is generation 2/).waitFor();
  await form.getByRole('button', { name: 'Change the image' }).click();
  await form.getByRole('alert').filter({ hasText: 'generation' }).waitFor();
  const { data } = await server.call('GET', 'service/shared');
  t.like(data, { generation: 2, replicas: 2, image: { name: 'demo/busybox:1' } });
});

test.serial('behind a proxy the page goes on with another server when the one that it had is killed', async (t) => {
  const shared = { 'redis-url': (await startRedis(t)).url };
  const first = await startSatsuma(lab, temporaryFolder(t), shared);
  t.teardown(() => first.end());
  const second = await startSatsuma(lab, temporaryFolder(t), shared);
  t.teardown(() => second.end());
  await registerAll(first, lab);
  const { page } = await newPage(t, browser);
  await page.goto(`http://${await startForwarder(t, [first.address, second.address])}/ui#/engines`);
  await page.getByRole('link', { name: 'ui-views-1' }).waitFor();
  await first.end('SIGKILL');
  await page.getByText(/^no answer since/).waitFor();
  t.true(await page.getByRole('link', { name: 'ui-views-1' }).isVisible(), 'what was known is still shown');
  await page.getByText('live', { exact: true }).waitFor();
  t.is((await second.call('PATCH', 'engine/ui-views-1', { labels: ['seen'] })).status, 200);
  await page.getByText('seen', { exact: true }).waitFor();
});
