import test from 'ava';
import type { Browser, Locator, Page } from 'playwright-core';
import { type Lab, startLab } from '../../example/lab/lab.ts';
import { secret, startReceiver } from '../controllers/webhooks/receiver.ts';
import { eventually, registerAll, type SatsumaServer, startSatsuma } from './satsuma-server.ts';
import { findings, follow, newPage, openPage, runFor, startBrowser, tooWide } from './ui/open-page.ts';

/** What is placed from texts that are written for Docker, what belongs to projects, and who sees what of the cluster. */
let lab: Lab;
let browser: Browser;

test.before(async () => {
  lab = await startLab({ name: 'uip', engines: 2, image: true, attached: true, liveRestore: false });
  browser = await startBrowser();
});

test.after.always(async () => {
  await browser?.close();
  await lab?.down();
});

/** Nothing is left on the engines: the next server would take it up. */
async function clear({ call }: SatsumaServer): Promise<void> {
  for (const kind of ['service', 'job'])
    for (const { name } of (await call('GET', `${kind}s`)).data) await call('DELETE', `${kind}/${name}`);
  const left = () => call('GET', 'containers?all=true');
  await eventually(left, ({ data }) => data.length === 0, 60_000);
}

/** What the server refuses is a part of the tests. */
const faults = (problems: readonly string[]) => problems.filter((each) => !each.startsWith('Failed to load resource'));
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

test.serial('a line of docker run and a Compose file are understood, planned, and made', async (t) => {
  const { server, page, problems } = await openPage(t, { lab, browser });
  t.teardown(() => clear(server).catch(() => undefined));
  await registerAll(server, lab);
  await follow(page, 'Place');
  await page.getByRole('radio', { name: 'a line of docker run' }).check();
  const line = page.getByRole('textbox', { name: 'Line of docker run' });
  await line.fill('docker run --frob demo/busybox:1');
  await page.getByRole('alert').filter({ hasText: "unknown option '--frob'" }).waitFor();
  await line.fill('docker run -d --name typed -m 4000g demo/busybox:1 sleep 600');
  await page.getByText('No engine can run it.').waitFor();
  await page.getByText('What would make it fit').waitFor();
  await line.fill('docker run -d --name typed -m 16m --label a=b demo/busybox:1 sleep 600');
  await page.getByText('Engines that can run it, best first').waitFor();
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.getByText(/^typed runs on uip-/).waitFor();
  // The panel is beside all of the view, and what came of it is where it was asked for.
  const left = async (locator: Locator) => (await locator.boundingBox()) ?? { x: Number.NaN, y: Number.NaN, width: 0 };
  const panel = await left(page.getByRole('complementary', { name: 'typed' }));
  for (const part of [page.getByRole('group', { name: 'From' }), line]) {
    const { x, width } = await left(part);
    t.true(x + width <= panel.x, `${x} + ${width}, ${panel.x}`);
  }
  const button = await left(page.getByRole('button', { name: 'Run', exact: true }));
  t.true(button.y < (await left(page.getByRole('heading', { name: 'As it is understood' }))).y);
  await page.evaluate('scrollTo(0, document.body.scrollHeight)');
  await follow(page, 'Containers');
  await page.getByRole('button', { name: 'typed', exact: true }).click();
  await page.getByRole('complementary', { name: 'typed' }).waitFor();
  t.is(await page.evaluate('scrollY'), 0, 'a view begins at its top');
  const cut = `[...document.querySelectorAll('.table-box th button')].map(({ parentElement: { scrollWidth, clientWidth } }) => scrollWidth - clientWidth)`;
  t.true(
    ((await page.evaluate(cut)) as number[]).every((pixels) => pixels <= 0),
    'each head of the table can be read',
  );
  await follow(page, 'Engines');
  await page.locator('summary', { hasText: 'Register an engine' }).click();
  t.deepEqual(await tooWide(page), []);
  const ran = await server.call('GET', 'container/typed');
  t.like(ran.data.image, { memory: 16, container_labels: { a: 'b' } });
  t.is((await server.call('DELETE', 'container/typed?force=true')).status, 202);

  await page.goto(`http://${server.address}/ui#/place?from=file`);
  const service = (more: string) => `{ image: demo/busybox:1, network_mode: bridge, ${more} }`;
  const file = (more: string) =>
    [
      'name: shop',
      'services:',
      `  setup: ${service('command: ["true"]')}`,
      `  web: ${service(`command: [sleep, "600"], deploy: { replicas: 2 }${more}`)}`,
    ].join('\n');
  const compose = page.getByLabel('Text of the file');
  await compose.fill(file(', frob: 1'));
  await page
    .getByRole('alert')
    .filter({ hasText: /^compose\.yaml:4: services\.web\.frob/ })
    .waitFor();
  t.is(await compose.getAttribute('aria-invalid'), 'true');
  await compose.fill(file(', depends_on: { setup: { condition: service_completed_successfully } }'));
  const web = page.getByRole('region', { name: 'shop-web' });
  await web.getByText('Where the replicas would go').waitFor();
  await web.getByText('What the engines say').click();
  await web.getByText('Engines that can run it, best first').waitFor();
  t.deepEqual(await findings(page, 'place-file'), []);
  t.is((await server.call('GET', 'services')).data.length, 0, 'nothing was made yet');
  await confirmed(page, 'Create all of it');
  await page.getByText('job shop-setup: created').waitFor();
  await page.getByText('service shop-web: created').waitFor();
  await web.getByText('2 of 2 ready').waitFor();
  t.like((await server.call('GET', 'job/shop-setup')).data.status, { state: 'idle' });
  t.deepEqual(faults(problems), []);
});

test.serial('a template that somebody only looks at leaves no deployment behind', async (t) => {
  const { server, page, problems } = await openPage(t, { lab, browser });
  t.teardown(() => clear(server).catch(() => undefined));
  await registerAll(server, lab);
  await follow(page, 'Deployments');
  await page.getByText('New deployment').click();
  await fill(page, {
    Name: 'looked',
    Template: 'sleeper:\n  image: demo/busybox:1\n  cmd: sleep 600\n  colour: red\n',
  });
  await page.getByRole('button', { name: 'Show what it would change' }).click();
  await page.getByText(/template.yaml:4: .*colour/).waitFor();
  await fill(page, {
    Template: 'sleeper:\n  image: demo/busybox:1\n  cmd: sleep 600\n  port: 8000\nEnv:\n  COLOUR: red\n',
  });
  await page.getByRole('button', { name: 'Show what it would change' }).click();
  await page.getByText('sleeper: is created').waitFor();
  t.deepEqual((await server.call('GET', 'deployments')).data, []);
  await confirmed(page, 'Deploy');
  t.like((await server.call('GET', 'deployment/looked')).data, { services: [{ service: 'sleeper' }] });
  t.is((await server.call('DELETE', 'deployment/looked')).status, 202);
  t.deepEqual(faults(problems), []);
});

test.serial('the engines are joined to a mesh, which networks span until it ends', async (t) => {
  const { server, page, problems } = await openPage(t, { lab, browser });
  t.teardown(() => server.call('DELETE', 'mesh?force=true').catch(() => undefined));
  await registerAll(server, lab);
  const within = { timeout: 60_000 };
  await follow(page, 'Networks');
  await page.getByText('There is no mesh').waitFor();
  await confirmed(page, 'Join the engines to a mesh');
  for (const { id } of lab.engines) await page.getByRole('row', { name: new RegExp(`^${id} .*ready`) }).waitFor(within);
  t.deepEqual(await findings(page, 'mesh'), []);
  await page.locator('summary', { hasText: 'Create a network' }).click();
  await fill(page, { Name: 'wide' });
  await page.getByRole('button', { name: 'Create a network' }).click();
  await page.getByText('overlay (swarm)').first().waitFor();
  await page.getByRole('link', { name: 'wide', exact: true }).first().click();
  await confirmed(page, 'Remove');
  await follow(page, 'Networks');
  await confirmed(page, 'End the mesh');
  await page.getByText('There is no mesh').waitFor(within);
  t.deepEqual(faults(problems), []);
});

test.serial('projects, secrets, registries and webhooks are made, changed and removed', async (t) => {
  const { url, received } = await startReceiver(t);
  const { server, page, problems } = await openPage(t, { lab, browser }, { 'webhook-allow': ['127.0.0.1'] });
  await registerAll(server, lab);
  await follow(page, 'Projects');
  await fill(page, { Name: 'shop', Description: 'what is sold', 'At most: CPUs': '1.5' });
  await page.getByRole('button', { name: 'Create a project' }).click();
  await page.getByRole('link', { name: 'shop', exact: true }).click();
  await page.getByText('0 of 1.5').waitFor();
  t.deepEqual(await findings(page, 'project'), []);
  await page.locator('summary', { hasText: 'Change the project' }).click();
  await page.getByLabel(/^At most: CPUs/).fill('many');
  await page.getByRole('button', { name: 'Change the project' }).click();
  await page.locator('[aria-invalid]').waitFor();
  await fill(page, { 'At most: CPUs': '', 'At most: Running containers': '3' });
  await page.getByRole('button', { name: 'Change the project' }).click();
  await page.getByText('0 of 3').waitFor();
  t.like((await server.call('GET', 'project/shop')).data.quota, { cpus: null, containers: 3 });
  await confirmed(page, 'Remove');

  await follow(page, 'Secrets');
  await fill(page, { Name: 'door', Value: 'correct horse' });
  await page.getByRole('button', { name: 'Create a secret' }).click();
  await page.getByRole('link', { name: 'door', exact: true }).click();
  await page.locator('summary', { hasText: 'Give it another value' }).click();
  await fill(page, { Value: 'battery staple' });
  await page.getByRole('button', { name: 'Give it another value' }).click();
  await page.getByText('Changed.').waitFor();
  t.is((await server.call('GET', 'secret/door')).data.version, 2);
  t.notRegex(await page.content(), /correct horse|battery staple/);
  await confirmed(page, 'Remove');
  await page.getByText('There is no secret yet.').waitFor();

  await follow(page, 'Registries');
  await fill(page, { Registry: '127.0.0.1:9', Account: 'me', Password: 'wrong horse' });
  await page.getByRole('button', { name: 'Keep credentials' }).click();
  await page.getByRole('alert').filter({ hasText: '127.0.0.1:9' }).waitFor();
  await page.getByLabel('Keep them without asking the registry').check();
  await page.getByRole('button', { name: 'Keep credentials' }).click();
  await page.getByText('Images of 127.0.0.1:9 are pulled with these credentials.').waitFor();
  t.like((await server.call('GET', 'registries')).data[0], { server: '127.0.0.1:9', username: 'me' });
  t.notRegex(await page.content(), /wrong horse/);
  await confirmed(page, 'Remove');
  await page.getByText('No credentials are kept').waitFor();

  await follow(page, 'Webhooks');
  await fill(page, { Name: 'told', URL: url, 'Only events of these kinds': 'service', 'Key for signatures': secret });
  await page.getByRole('button', { name: 'Create a webhook' }).click();
  await page.getByText('kind: service').waitFor();
  await page.getByRole('button', { name: 'Test', exact: true }).click();
  await page.getByText('It arrived: 204.').waitFor();
  t.deepEqual(await findings(page, 'webhooks'), []);
  t.true(received.length > 0);
  await confirmed(page, 'Remove');
  await page.getByText('Nobody is told of events yet.').waitFor();
  t.deepEqual(faults(problems), []);
});

test.serial('whoever is narrowed sees what others have on an engine as blocks without a name', async (t) => {
  const { dir, server } = await openPage(t, { lab, browser });
  await registerAll(server, lab);
  for (const project of ['ours', 'theirs']) {
    await server.call('POST', 'project', { name: project });
    await runFor(t, server, `${project}-box`, { project, memory: 32, labels: ['host:uip-1'], type: 'host' });
  }
  await server.call('POST', 'account', { name: 'ana', role: 'viewer', password: 'correct horse', projects: ['ours'] });
  await server.end();
  const strict = await startSatsuma(lab, dir, { auth: { mode: 'required' } });
  t.teardown(() => strict.end());
  const { page, problems } = await newPage(t, browser);
  await page.goto(`http://${strict.address}/ui`);
  await fill(page, { Account: 'ana', Password: 'correct horse' });
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
  const engine = page.getByRole('region', { name: 'uip-1' });
  await engine.getByRole('button', { name: /^ours-box/ }).waitFor();
  await engine.getByRole('img', { name: 'of others: 0 CPUs, 32 MB' }).waitFor();
  t.notRegex(await page.content(), /theirs/);
  t.deepEqual(await findings(page, 'narrowed'), []);
  t.deepEqual(faults(problems), []);
});
