import test, { type ExecutionContext } from 'ava';
import type { Browser } from 'playwright-core';
import { type Lab, startLab } from '../../example/lab/lab.ts';
import { registerAll, startSatsuma } from './satsuma-server.ts';
import { findings, openPage, runFor, startBrowser } from './ui/open-page.ts';

/** The web page in a real browser, on real engines. */
let lab: Lab;
let browser: Browser;

test.before(async () => {
  lab = await startLab({ name: 'ui', engines: 2, image: true, attached: true });
  browser = await startBrowser();
});

test.after.always(async () => {
  await browser?.close();
  await lab?.down();
});

const open = (t: ExecutionContext) => openPage(t, { lab, browser });

test.serial('the page begins empty, says what to do first, and shows engines as soon as they are there', async (t) => {
  const { server, page, problems } = await open(t);
  await page.getByText('There are no engines yet').waitFor();
  t.deepEqual(await findings(page, 'empty'), []);
  await registerAll(server, lab);
  await page.getByRole('region', { name: 'ui-2' }).waitFor();
  await page.getByText('live').waitFor();
  t.deepEqual(problems, []);
});

test.serial('a container appears when it runs, says why it is where it is, and goes when it is removed', async (t) => {
  const { server, page, problems } = await open(t);
  await registerAll(server, lab);
  const args = ['sh', '-c', 'echo hello from the log; sleep 1000'];
  const id = await runFor(t, server, 'shown', { memory: 512, args, type: 'host', labels: ['host:ui-1'] });
  const block = page.getByRole('region', { name: 'ui-1' }).getByRole('button', { name: /^shown: demo\/busybox:1/ });
  await block.press('Enter');
  const panel = page.getByRole('complementary', { name: 'shown' });
  await panel.getByText('hello from the log').waitFor();
  await panel.getByText('strategy binpack: 1 of 2 engines could have run it.').waitFor();
  await panel.getByText('Other engines, now').click();
  await panel.getByText(/^ui-2: /).waitFor();
  await panel.getByText(/^Up /).waitFor();
  t.deepEqual(await findings(page, 'container'), []);
  await panel.getByRole('button', { name: 'Stop', exact: true }).click();
  await panel.getByText(/^Exited/).waitFor();
  await panel.getByRole('button', { name: 'Remove' }).click();
  await panel.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await block.waitFor({ state: 'detached' });
  t.is((await server.call('GET', `container/${id}`)).status, 404);
  t.deepEqual(problems, []);
});

test.serial(
  'while a form is filled in each engine says whether it can, and an advice is taken with a click',
  async (t) => {
    const { server, page, problems } = await open(t);
    await registerAll(server, lab);
    await page.getByRole('link', { name: 'Place' }).click();
    await page.getByLabel('Image').fill('demo/busybox:1');
    await page.getByLabel('Name').fill('placed');
    await page.getByText('Engines that can run it, best first').waitFor();
    await page.getByLabel('Memory').fill('9999999');
    await page.getByText('No engine can run it.').waitFor();
    t.deepEqual(await findings(page, 'place'), []);
    await page.getByRole('button', { name: 'Ask for that' }).first().click();
    await page.getByText('Engines that can run it, best first').waitFor();
    await page.getByLabel('Memory').fill('64');
    await page.getByRole('button', { name: 'Run' }).click();
    await page.getByText(/^placed runs on ui-/).waitFor();
    t.teardown(() => server.call('DELETE', 'container/placed'));
    // The second of a name is refused in the server's words.
    await page.getByRole('button', { name: 'Run' }).click();
    await page.getByRole('alert').filter({ hasText: 'placed' }).first().waitFor();
    // So much is the browser's own: it notes each answer that is no success.
    t.true(
      problems.every((each) => each.includes('409')),
      problems.join('\n'),
    );
  },
);

test.serial('a service is scaled, and what it waits for is shown', async (t) => {
  const { server, page, problems } = await open(t);
  await registerAll(server, lab);
  const image = { name: 'demo/busybox:1', type: 'label', network_mode: 'none' };
  t.is((await server.call('POST', 'service', { name: 'web', image, replicas: 1 })).status, 201);
  t.teardown(() => server.call('DELETE', 'service/web'));
  await page.getByRole('link', { name: 'Services' }).click();
  await page.getByText('1 of 1 ready').click();
  await page.getByRole('spinbutton', { name: 'Replicas' }).fill('3');
  await page.getByRole('button', { name: 'Scale' }).click();
  await page.getByText('3 of 3 ready').waitFor();
  const greedy = { name: 'greedy', image: { ...image, memory: 9_999_999 }, replicas: 1 };
  t.is((await server.call('POST', 'service', greedy)).status, 201);
  t.teardown(() => server.call('DELETE', 'service/greedy'));
  await page.getByText('0 of 1 ready').click();
  await page.getByText(/^9999999 MB of memory wanted.* \(2 engines\)$/).waitFor();
  t.deepEqual(await findings(page, 'services'), []);
  t.deepEqual(problems, []);
});

test.serial(
  'a server that wants to know who asks gets a token, and a viewer is offered nothing to change',
  async (t) => {
    const { dir, server, page } = await open(t);
    await registerAll(server, lab);
    await runFor(t, server, 'watched');
    const { data } = await server.call('POST', 'token', { name: 'eyes', role: 'viewer' });
    await server.end();
    const strict = await startSatsuma(lab, dir, { auth: { mode: 'required' } });
    t.teardown(() => strict.end());
    await page.goto(`http://${strict.address}/ui`);
    await page.getByLabel('Token').fill('satsuma_wrong');
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByRole('alert').filter({ hasText: 'token' }).waitFor();
    t.deepEqual(await findings(page, 'login'), []);
    await page.getByLabel('Token').fill(data.token);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByRole('button', { name: /^watched: / }).click();
    const panel = page.getByRole('complementary', { name: 'watched' });
    await panel.getByText('Why here').waitFor();
    t.is(await panel.getByRole('button', { name: 'Stop' }).count(), 0);
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByText('Log in to Satsuma').waitFor();
  },
);

test.serial('a server that dies is said to be gone, with what was known then, and is taken up again', async (t) => {
  const { dir, server, page } = await open(t);
  await registerAll(server, lab);
  await page.getByRole('region', { name: 'ui-1' }).waitFor();
  await server.end('SIGKILL');
  await page.getByText(/^no answer since/).waitFor();
  t.true(await page.getByRole('region', { name: 'ui-1' }).isVisible());
  const again = await startSatsuma(lab, dir, { 'listen-addr': server.address });
  t.teardown(() => again.end());
  await page.getByText('live', { exact: true }).waitFor();
});
