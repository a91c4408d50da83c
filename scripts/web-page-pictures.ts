import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { startLab } from '../example/lab/lab.ts';
import { registerAll, type SatsumaServer, startSatsuma } from '../test/integration/satsuma-server.ts';
import { startBrowser } from '../test/integration/ui/open-page.ts';

/**
 * Takes the pictures of docs/web-page.md: each view in both themes and three widths, of a page that shows real engines. `npm run pictures`, as root, after `npm run build`;
 * see docs/lab.md.
 */
const folder = 'docs/pictures';
const engines = 3;
const withinMs = 60_000;
const widths = [360, 1280, 2560] as const;

/** A view's name in its file, its address, and what to do there until there is something to see. */
const views: readonly (readonly [string, string, (page: Page) => Promise<unknown>])[] = [
  ['cluster', '#/cluster', (page) => page.getByRole('region', { name: 'pictures-3' }).waitFor()],
  [
    'drain',
    '#/engines/pictures-1',
    async (page) => {
      await page.getByRole('button', { name: 'Show what a drain would move' }).click();
      await page.getByRole('region', { name: 'What a drain would move' }).waitFor();
    },
  ],
  ['job', '#/jobs/nightly?run=1', (page) => page.getByText('27 rows are kept').waitFor()],
];

async function seed(server: SatsumaServer): Promise<void> {
  const image = { name: 'demo/busybox:1', type: 'label', network_mode: 'none', strategy: 'spread' };
  const post = async (path: string, body: object) => {
    const { status, data } = await server.call('POST', path, body);
    if (status !== 201) throw new Error(`${path}: ${status} ${JSON.stringify(data)}`);
  };
  await post('service', { name: 'web', image: { ...image, memory: 512 }, replicas: 4 });
  await post('service', { name: 'cache', image: { ...image, memory: 2048, cpus: 0.5 }, replicas: 2 });
  const args = ['sh', '-c', 'sleep 1; echo "27 rows are kept"'];
  await post('job', { name: 'nightly', image: { ...image, args }, schedule: '0 3 * * *', time_zone: 'Europe/Berlin' });
  for (let run = 1; run <= 3; run += 1) {
    await post('job/nightly/run', {});
    for (;;) {
      const { data } = await server.call('GET', `job/nightly/runs/${run}`);
      if (data.state !== 'running') break;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
  for (;;) {
    const { data } = await server.call('GET', 'services');
    if (data.every(({ status }: { status: { ready: number; wanted: number } }) => status.ready === status.wanted))
      return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

async function takeAll(browser: Browser, address: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of widths) {
      const page = await browser.newPage({ locale: 'en-US', colorScheme, viewport: { width, height: 800 } });
      page.setDefaultTimeout(withinMs);
      for (const [name, hash, wait] of views) {
        await page.goto(`http://${address}/ui${hash}`);
        await wait(page);
        await page.screenshot({ path: join(folder, `web-page-${name}-${colorScheme}-${width}.png`) });
      }
      await page.close();
    }
  }
}

await mkdir(folder, { recursive: true });
const lab = await startLab({ name: 'pictures', engines, image: true, attached: true });
try {
  const server = await startSatsuma(lab, lab.dir);
  try {
    await registerAll(server, lab);
    await seed(server);
    const browser = await startBrowser();
    await takeAll(browser, server.address).finally(() => browser.close());
  } finally {
    await server.end();
  }
} finally {
  await lab.down();
}
