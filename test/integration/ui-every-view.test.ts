import test, { type ExecutionContext } from 'ava';
import type { Browser, Page } from 'playwright-core';
import { type Lab, startLab } from '../../example/lab/lab.ts';
import { eventually, registerAll, type SatsumaServer, startSatsuma } from './satsuma-server.ts';
import { focused, unreached } from './ui/keyboard.ts';
import { findings, newPage, runFor, shot, startBrowser, tooWide, twoLooks } from './ui/open-page.ts';

/** Every view of the web page, and every kind of thing in it: what axe finds, and what is done with the keyboard, on real engines. */
const withinMs = 60_000;
let lab: Lab;
let browser: Browser;
/** One for all tests: it has one of each, so that no view is empty. */
let server: SatsumaServer;

test.before(async () => {
  lab = await startLab({ name: 'uie', engines: 2, image: true, attached: true });
  browser = await startBrowser();
  server = await startSatsuma(lab, lab.dir, { audit: { mode: 'on' } });
  await registerAll(server, lab);
  await fill();
});

test.after.always(async () => {
  await browser?.close();
  await server?.end();
  await lab?.down();
});

async function fill(): Promise<void> {
  const send = async (method: string, path: string, body: object) => {
    const { status, data } = await server.call(method, path, body);
    if (status >= 300) throw new Error(`${path}: ${status} ${JSON.stringify(data)}`);
  };
  const image = { name: 'demo/busybox:1', type: 'label', network_mode: 'none' };
  const published = { name: 'demo/busybox:1', type: 'label', bind_ports: [{ container_port: 80, proto: 'tcp' }] };
  await send('POST', 'service', { name: 'web', image: published, replicas: 2 });
  await send('POST', 'job', { name: 'nightly', image: { ...image, args: ['echo', 'done'] }, schedule: '0 3 * * *' });
  await send('POST', 'job/nightly/run', {});
  await send('POST', 'domain', { name: 'www.example.org', service: 'web', port: 80, tls: 'off' });
  await send('POST', 'volume', { engine: 'uie-1', name: 'data' });
  await send('POST', 'network', { scope: 'uie-1', name: 'inner' });
  await send('POST', 'policy', { name: 'small', rules: { privileged: false } });
  await send('POST', 'account', { name: 'ana', role: 'viewer', password: 'correct horse' });
  await send('POST', 'token', { name: 'eyes', role: 'viewer' });
  await send('PUT', 'deployment/staging', {});
  const runs = () => server.call('GET', 'job/nightly/runs/1');
  await eventually(runs, ({ data }) => data.state !== 'running', withinMs);
}

async function open(t: ExecutionContext, address = '', locale = 'en-US') {
  const opened = await newPage(t, browser, locale);
  await opened.page.goto(`http://${server.address}/ui#/${address}`);
  return opened;
}

/** Addresses of one thing each, and what is there as soon as it is shown. */
const things: readonly (readonly [string, (page: Page) => Promise<unknown>])[] = [
  ['engines/uie-1', (page) => page.getByRole('button', { name: 'What if uie-1 were lost?' }).waitFor()],
  ['services/web', (page) => page.getByRole('button', { name: 'Scale' }).waitFor()],
  ['jobs/nightly?run=1', (page) => page.getByRole('heading', { name: 'Log of' }).first().waitFor()],
  ['domains/www.example.org', (page) => page.getByText('Who may come in').waitFor()],
  ['deployments/staging', (page) => page.getByText('Services reach each other by').waitFor()],
  ['volumes/uie-1%2Fdata', (page) => page.getByText('Used by').waitFor()],
  ['networks/uie-1%2Finner', (page) => page.getByText('Who is on it').waitFor()],
  ['policies/small', (page) => page.getByText('Change the policy').first().waitFor()],
];

/** Until the view of that name is shown, and what it reads is there. */
async function shown(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation').locator(`a[aria-current=page]`, { hasText: name }).waitFor({ state: 'attached' });
  await page.getByRole('main').filter({ hasText: /.{40}/ }).waitFor();
}

const menuOf = (page: Page) => page.getByRole('navigation');

/** Those of the menu's groups from `first` on, of so many. */
const groups = test.macro(async (t, first: number, count: number) => {
  const { page, problems } = await open(t);
  await menuOf(page).getByRole('link').first().waitFor();
  for (const group of (await menuOf(page).getByRole('list').all()).slice(first, first + count)) {
    for (const name of await group.getByRole('link').allTextContents()) {
      await menuOf(page).getByRole('link', { name, exact: true }).press('Enter');
      await shown(page, name);
      t.deepEqual(await unreached(page), [], name);
      t.deepEqual(await findings(page, `view-${name}`, twoLooks), [], name);
    }
  }
  // The browser notes each answer that is no success, and each network of the machine that comes or goes.
  t.deepEqual(
    problems.filter((each) => !each.startsWith('Failed to load resource')),
    [],
  );
});

test.serial('views of the cluster hide nothing from anybody, and Tab reaches all of it', groups, 0, 1);
test.serial('so do views of what runs', groups, 1, 1);
test.serial('so do views of what engines have, events and the audit', groups, 2, 2);
test.serial('so do views of who may do what', groups, 4, 9);

test.serial('of one of each kind nothing is hidden either', async (t) => {
  const { page, problems } = await open(t);
  for (const [address, isThere] of things) {
    await page.goto(`http://${server.address}/ui#/${address}`);
    await isThere(page);
    await page.evaluate("for (const each of document.querySelectorAll('main details')) each.open = true");
    t.deepEqual(await unreached(page), [], address);
    t.deepEqual(await findings(page, address.replace(/\W/g, '-'), twoLooks), [], address);
  }
  // The browser notes each answer that is no success, and each network of the machine that comes or goes.
  t.deepEqual(
    problems.filter((each) => !each.startsWith('Failed to load resource')),
    [],
  );
});

test.serial('on a telephone the German page is nowhere wider than the screen', async (t) => {
  const { page } = await open(t, '', 'de-DE');
  await page.setViewportSize({ width: 360, height: 720 });
  await menuOf(page).getByRole('link', { includeHidden: true }).first().waitFor({ state: 'attached' });
  const views = await menuOf(page).locator('a').all();
  const addresses = await Promise.all(views.map((each) => each.getAttribute('href')));
  for (const address of [...addresses, ...things.map(([each]) => `#/${each}`)]) {
    await page.goto(`http://${server.address}/ui${address}`);
    await page.getByRole('main').filter({ hasText: /.{40}/ }).waitFor();
    t.deepEqual(await tooWide(page), [], address ?? '');
    await shot(page, `german-${address?.replace(/\W/g, '-')}`);
  }
});

test.serial(
  'with the keyboard alone a container is looked at, a dialog is left, and the focus is where it was',
  async (t) => {
    await runFor(t, server, 'kept');
    const { page } = await open(t);
    await menuOf(page).getByRole('link', { name: 'Containers' }).press('Enter');
    await page.getByRole('button', { name: 'kept', exact: true }).press('Enter');
    const panel = page.getByRole('complementary', { name: 'kept' });
    await panel.getByRole('button', { name: 'Remove' }).waitFor();
    t.is(await focused(page), 'kept', 'the panel has it');
    await panel.getByRole('button', { name: 'Remove' }).press('Space');
    const dialog = page.getByRole('dialog', { name: 'Remove' });
    await dialog.waitFor();
    t.true(await page.evaluate("document.querySelector('dialog[open]').contains(document.activeElement)"));
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    t.true(await panel.isVisible(), 'Escape closes the dialog alone');
    t.is(await focused(page), 'Remove');
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'detached' });
    t.is(await focused(page), 'kept', 'the button that opened it');
    t.is((await server.call('GET', 'container/kept')).status, 200);
    await page.keyboard.press('Enter');
    await panel.getByRole('button', { name: 'Remove' }).press('Enter');
    await dialog.getByRole('button', { name: 'Remove' }).press('Enter');
    await panel.waitFor({ state: 'detached' });
    t.is((await server.call('GET', 'container/kept')).status, 404);
  },
);

test.serial('on a telephone the menu opens with the keyboard, leads to a view, and closes', async (t) => {
  const { page } = await open(t);
  await page.setViewportSize({ width: 360, height: 640 });
  const menu = menuOf(page).getByRole('button');
  await menu.filter({ hasText: 'Menu: Cluster' }).press('Enter');
  await page.getByRole('link', { name: 'Settings' }).press('Enter');
  await page.getByRole('heading', { name: 'Settings' }).waitFor();
  t.is(await menu.getAttribute('aria-expanded'), 'false');
});

test.serial('the role of the next account begins with the least again', async (t) => {
  const { page } = await open(t, 'accounts');
  await page.getByText('Create an account').first().press('Enter');
  const form = page.locator('form.fields');
  await form.getByLabel('Name').fill('boss');
  await form.getByLabel('Role').selectOption('admin');
  await form.getByLabel('Password').fill('correct horse');
  await form.getByRole('button', { name: 'Create an account' }).press('Enter');
  await page.getByText('boss can log in.').waitFor();
  t.is(await form.getByLabel('Name').inputValue(), '');
  t.is(await form.getByLabel('Role').inputValue(), 'viewer');
});

test.serial('the audit is shown as it is written', async (t) => {
  const { page } = await open(t, 'audit');
  await page.getByRole('row').filter({ hasText: 'create engine' }).first().waitFor();
  t.is((await server.call('PATCH', 'engine/uie-1', { labels: ['audited'] })).status, 200);
  await page.getByRole('row').filter({ hasText: 'update engine' }).waitFor();
});
