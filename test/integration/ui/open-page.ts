import { mkdir } from 'node:fs/promises';
import type { ExecutionContext } from 'ava';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { Lab } from '../../../example/lab/lab.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { type SatsumaServer, startSatsuma } from '../satsuma-server.ts';

const withinMs = 60_000;

/** Labs of other tests add and remove interfaces: Chromium ends what is loading then, and the page asks again. */
const networkChanged = 'net::ERR_NETWORK_CHANGED';

/** The test runs as root, and loads nothing but the page of its own server. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
}

/** A page of its own, with its own cookies. `problems`: what the browser says of it. */
export async function newPage(t: ExecutionContext, browser: Browser, locale = 'en-US') {
  const context = await browser.newContext({ locale });
  t.teardown(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(withinMs);
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes(networkChanged)) problems.push(message.text());
  });
  return { page, problems };
}

export async function openPage(t: ExecutionContext, { lab, browser }: { lab: Lab; browser: Browser }, settings = {}) {
  const dir = temporaryFolder(t);
  const server = await startSatsuma(lab, dir, settings);
  t.teardown(() => server.end());
  const { page, problems } = await newPage(t, browser);
  await page.goto(`http://${server.address}/ui`);
  return { dir, server, page, problems };
}

/**
 * To the view of that name by the menu: a view may have links of the same name. Returns when the view is shown: until then, fields of the view before
 * may have the same labels.
 */
export async function follow(page: Page, name: string): Promise<void> {
  const link = page.getByRole('navigation', { name: 'Menu' }).getByRole('link', { name, exact: true });
  await link.click();
  await link.and(page.locator('[aria-current="page"]')).waitFor();
}

/** For people to look at, where `SATSUMA_SCREENSHOTS` names a folder. */
export async function shot(page: Page, name: string): Promise<void> {
  const folder = process.env.SATSUMA_SCREENSHOTS;
  if (folder === undefined) return;
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
}

type Look = readonly ['light' | 'dark', number];
const looks: readonly Look[] = [
  ['light', 1280],
  ['light', 360],
  ['dark', 1280],
  ['dark', 360],
];
/** Both themes and both widths: colours do not change with the width, nor what there is with the theme. */
export const twoLooks: readonly Look[] = [
  ['light', 1280],
  ['dark', 360],
];

/** What axe finds that people cannot see, reach or hear, in light and dark, on a wide screen and a telephone. */
export async function findings(page: Page, name: string, wanted = looks): Promise<readonly string[]> {
  const found: string[] = [];
  // The page's own policy lets no other script in; that of the test is none of the page's.
  if ((await page.evaluate('typeof axe')) === 'undefined') await page.evaluate(axe.source);
  for (const [colorScheme, width] of wanted) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 720 });
    const { violations } = (await page.evaluate(`axe.run({ resultTypes: ['violations'] })`)) as axe.AxeResults;
    for (const { id, nodes } of violations)
      found.push(`${colorScheme} ${width}: ${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
    found.push(...(await tooWide(page)));
    await shot(page, `${name}-${colorScheme}-${width}`);
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 1280, height: 720 });
  return found;
}

/** Where the page has to be moved sideways to be read: what scrolls by itself may be wider. */
export async function tooWide(page: Page): Promise<readonly string[]> {
  return (await page.evaluate(`(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const wide = [...document.querySelectorAll('body *')].filter((each) => each.getBoundingClientRect().right > clientWidth);
    return [scrollWidth + ' of ' + clientWidth + ' pixels: ' + wide.slice(0, 3).map((each) => each.outerHTML.slice(0, 120)).join(' | ')];
  })()`)) as readonly string[];
}

/** A container that ends with the test. Returns its id. */
export async function runFor(
  t: ExecutionContext,
  server: Pick<SatsumaServer, 'call'>,
  name: string,
  changes: object = {},
): Promise<string> {
  const image = { name: 'demo/busybox:1', type: 'label', container_name: name, network_mode: 'none', ...changes };
  const { status, data } = await server.call('POST', 'container', image);
  t.is(status, 201, JSON.stringify(data));
  t.teardown(() => server.call('DELETE', `container/${data.id}`).catch(() => undefined));
  return data.id;
}
