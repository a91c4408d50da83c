import { readFile } from 'node:fs/promises';
import test from 'ava';
import type { Browser } from 'playwright-core';
import { type Lab, startLab } from '../../example/lab/lab.ts';
import { startProvider } from '../access/oidc-provider.ts';
import { eventually, registerAll, startSatsuma } from './satsuma-server.ts';
import { findings, newPage, openPage, runFor, startBrowser } from './ui/open-page.ts';

/** The login, the table of containers and the panel of one in a real browser, on real engines. */
let lab: Lab;
let browser: Browser;

test.before(async () => {
  lab = await startLab({ name: 'uic', engines: 2, image: true, attached: true });
  browser = await startBrowser();
});

test.after.always(async () => {
  await browser?.close();
  await lab?.down();
});

test.serial('a login is kept when the page is loaded again, and a logout ends it on the server', async (t) => {
  const { dir, server } = await openPage(t, { lab, browser });
  await registerAll(server, lab);
  await server.call('POST', 'account', { name: 'ana', role: 'viewer', password: 'correct horse' });
  await server.end();
  const strict = await startSatsuma(lab, dir, { auth: { mode: 'required' } });
  t.teardown(() => strict.end());
  const { page } = await newPage(t, browser);
  await page.goto(`http://${strict.address}/ui`);
  await page.getByLabel('Account').fill('ana');
  await page.getByLabel('Password').fill('wrong password');
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
  await page.getByRole('alert').filter({ hasText: 'wrong account name or password' }).waitFor();
  await page.getByLabel('Password').fill('correct horse');
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
  await page.getByRole('region', { name: 'uic-1' }).waitFor();
  const cookies = await page.context().cookies();
  t.like(cookies[0], { name: 'satsuma-session', httpOnly: true, sameSite: 'Strict' });
  t.is(await page.evaluate('document.cookie'), '', 'no script sees it');
  await page.reload();
  await page.getByRole('region', { name: 'uic-1' }).waitFor();
  await page.getByRole('button', { name: 'Log out' }).click();
  await page.getByText('Log in to Satsuma').waitFor();
  t.deepEqual(await page.context().cookies(), []);
  // Whoever kept the cookie has nothing of it.
  await page.context().addCookies(cookies);
  await page.reload();
  await page.getByText('Log in to Satsuma').waitFor();
});

test.serial('somebody logs in at a provider of OpenID Connect, and is back where they were', async (t) => {
  const provider = await startProvider(t);
  const { dir, server } = await openPage(t, { lab, browser });
  await registerAll(server, lab);
  await server.end();
  const { issuer } = provider.settings;
  const oidc = { issuer, 'client-id': 'satsuma', scopes: ['openid', 'email'], roles: [opsMay('operator')] };
  const strict = await startSatsuma(lab, dir, { auth: { mode: 'required', oidc } });
  t.teardown(() => strict.end());
  const { page } = await newPage(t, browser);
  await page.goto(`http://${strict.address}/ui#/containers?filter=none`);
  await page.getByRole('button', { name: `Log in at ${new URL(issuer).host}` }).click();
  await page.locator('[name=login]').fill('ana');
  await page.locator('[name=password]').fill('any');
  await page.locator('button[type=submit]').click();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Log out' }).waitFor();
  t.is(await page.getByRole('searchbox').inputValue(), 'none');
  t.false(page.url().includes('code='), 'the code is not left in the address');
});

function opsMay(role: string) {
  return { claims: { groups: 'ops' }, role };
}

test.serial('containers are filtered, sorted and marked, and an action says what it will do', async (t) => {
  const { server, page, problems } = await openPage(t, { lab, browser });
  await registerAll(server, lab);
  for (const name of ['ten-10', 'ten-9', 'other']) await runFor(t, server, name);
  await page.goto(`http://${server.address}/ui#/containers`);
  const rows = page.getByRole('row').filter({ hasText: /ten-|other/ });
  await page.getByText('3 containers').waitFor();
  await page.getByRole('searchbox').fill('name=ten- status=run');
  await page.getByText('2 containers').waitFor();
  const names = async () => (await rows.allTextContents()).map((each) => /ten-\d+|other/.exec(each)?.[0]);
  t.deepEqual(await names(), ['ten-9', 'ten-10'], 'numbers are in their order');
  await page.getByRole('button', { name: /^Name/ }).click();
  t.deepEqual(await eventually(names, ([first]) => first === 'ten-10', 60_000), ['ten-10', 'ten-9']);
  await page.getByRole('searchbox').fill('nme=x');
  await page.getByText(/There is no nme: id, name, status/).waitFor();
  await page.getByRole('searchbox').fill('ten');
  await page.getByLabel('Mark all').check();
  t.deepEqual(await findings(page, 'containers'), []);
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText(/^Stop 2 containers on/).waitFor();
  await dialog.getByText(/ten-9 \(uic-\d\)/).waitFor();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  t.is((await server.call('GET', 'container/ten-9')).data.state, 'running', 'nothing was done');
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await dialog.getByRole('button', { name: 'Stop' }).click();
  await page.getByText('0 marked').waitFor();
  await page.getByRole('searchbox').fill('status=exited');
  await page.getByText('2 containers').waitFor();
  t.is((await server.call('GET', 'container/other')).data.state, 'running');
  await page.getByRole('searchbox').fill('ten');
  await page.getByRole('button', { name: 'ten-9', exact: true }).press('Enter');
  await page
    .getByRole('complementary', { name: 'ten-9' })
    .getByText(/^Exited/)
    .waitFor();
  t.deepEqual(problems, []);
});

test.serial('of one container: the log with its colours, a terminal, usage, files, events, its document', async (t) => {
  const { server, page, problems } = await openPage(t, { lab, browser });
  await registerAll(server, lab);
  const lines = 'printf "\\033[31mred alert\\033[0m plain\\n<b>no markup</b>\\n"; sleep 1000';
  await runFor(t, server, 'one', { args: ['sh', '-c', lines] });
  await page.goto(`http://${server.address}/ui#/containers`);
  await page.getByRole('button', { name: 'one', exact: true }).click();
  const panel = page.getByRole('complementary', { name: 'one' });
  const log = panel.getByRole('log');
  await log.getByText('red alert', { exact: true }).waitFor();
  t.is(await log.locator('.ansi-red').textContent(), 'red alert');
  await log.getByText('<b>no markup</b>').waitFor();
  await panel.getByLabel('Search the log').fill('MARKUP');
  await panel.getByText('1 of 2 lines').waitFor();

  await panel.getByText('Terminal', { exact: true }).click();
  await panel.getByRole('button', { name: 'Open', exact: true }).click();
  await panel.getByText('Shift+Escape leaves the terminal.').waitFor();
  // The prompt of the shell.
  await panel.locator('.xterm-rows').getByText('#').first().waitFor();
  await page.keyboard.type('echo sum-$((40+2)) > /made; cat /made\n');
  await panel
    .locator('.xterm-rows')
    .getByText(/^sum-42/)
    .waitFor();
  await page.keyboard.press('Shift+Escape');
  await panel.getByRole('button', { name: 'Close the terminal' }).press('Enter');

  await panel.getByText('Files', { exact: true }).click();
  await panel.getByRole('button', { name: 'made', exact: true }).waitFor();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    panel.getByRole('button', { name: 'made', exact: true }).click(),
  ]);
  t.is(await readFile(await download.path(), 'utf8'), 'sum-42\n');
  const buffer = Buffer.from('from the page');
  await panel.getByLabel('Upload into /').setInputFiles({ name: 'sent.txt', mimeType: 'text/plain', buffer });
  await panel.getByRole('button', { name: 'sent.txt' }).waitFor();
  const { data } = await server.call('POST', 'container/one/exec', { cmd: ['cat', '/sent.txt'] });
  t.is(data.stdout, 'from the page');

  await panel.getByText('Usage', { exact: true }).click();
  await panel.getByText(/^Memory: \d+ of \d+ MB/).waitFor();
  await panel.locator('.uplot canvas').first().waitFor();
  await panel.getByText('Events', { exact: true }).click();
  await panel
    .getByText(/ start uic-/)
    .first()
    .waitFor();
  await panel.getByText('Document of Docker').click();
  await panel.getByText('"HostConfig"').waitFor();
  t.deepEqual(await findings(page, 'one-container'), []);
  t.deepEqual(problems, []);
});

test.serial('the logs of all replicas of a service are one', async (t) => {
  const { server, page } = await openPage(t, { lab, browser });
  await registerAll(server, lab);
  const args = ['sh', '-c', 'echo from $HOSTNAME; sleep 1000'];
  const image = { name: 'demo/busybox:1', type: 'label', network_mode: 'none', args };
  t.is((await server.call('POST', 'service', { name: 'web', image, replicas: 2 })).status, 201);
  t.teardown(() => server.call('DELETE', 'service/web'));
  await page.goto(`http://${server.address}/ui#/containers`);
  await page.getByText('2 containers').waitFor();
  await page.getByRole('button', { name: /^web/ }).first().click();
  const panel = page.getByRole('complementary');
  await panel.getByText('from ').first().waitFor();
  await panel.getByLabel('all replicas of web').check();
  await panel.getByRole('log').getByText('from ').nth(1).waitFor();
  t.is(new Set(await panel.getByRole('log').locator('b').allTextContents()).size, 2);
});

test.serial('engines are grouped by a label, and the past says what changed', async (t) => {
  const { server, page, problems } = await openPage(t, { lab, browser });
  await registerAll(server, lab);
  t.is((await server.call('PATCH', 'engine/uic-1', { labels: ['zone=north'] })).status, 200);
  await runFor(t, server, 'past');
  await page.getByLabel('Group by').selectOption('zone');
  await page.getByRole('heading', { name: 'zone=north' }).waitFor();
  await page.getByRole('heading', { name: 'without zone' }).waitFor();
  await page.getByLabel('Colour by').selectOption('health');
  t.deepEqual(await findings(page, 'groups'), []);
  await page.goto(`http://${server.address}/ui#/time`);
  await page.getByText(/^Container past on uic-\d: new, running$/).waitFor();
  const past = page.getByRole('slider', { name: /^Then/ });
  await past.press('End');
  await page.getByText('Nothing changed between these moments.').waitFor();
  t.is((await server.call('POST', 'container/past/stop')).status, 200);
  await page.getByText(/^Container past on uic-\d: running, then exited$/).waitFor();
  t.deepEqual(await findings(page, 'time'), []);
  t.deepEqual(problems, []);
});
