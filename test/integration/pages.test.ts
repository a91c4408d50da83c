import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { type Lab, startLab } from '../../example/lab/lab.ts';
import { pages, readPage } from '../docs/markdown.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { isTyped, type PageRun, runPage, typeLines } from './run-page.ts';
import { type SatsumaServer, startSatsuma } from './satsuma-server.ts';

/** The pages of the documentation, typed as they stand on two real engines. These change much: each has a server of its own. */
const apart = [
  'docs/containers.md',
  'docs/services.md',
  'docs/jobs.md',
  'docs/images.md',
  'docs/secrets.md',
  'docs/projects.md',
];
const together = [
  'docs/scheduling.md',
  'docs/volumes.md',
  'docs/http-api.md',
  'docs/configuration.md',
  'docs/operations.md',
  'docs/doors/bastion.md',
  'docs/doors/genisys.md',
  'docs/doors/deblox.md',
];
/** Pages that register their engines themselves. */
const fromNothing = [
  'README.md',
  'docs/getting-started.md',
  'docs/engines.md',
  'docs/command-line.md',
  'docs/accounts.md',
  'docs/policies.md',
];
const clementine = ['docs/migration-from-clementine.md', 'docs/doors/clementine.md'];

/** Under these names the pages run what is busybox here. */
const images = ['busybox:1.36', 'busybox:latest', 'redis:7', 'redis:7.2', 'ubuntu:latest', 'tutum/hello-world:latest'];
let lab: Lab;

test.before(async () => {
  lab = await startLab({ name: 'pages', engines: 2, attached: true });
  await lab.importRedis();
  for (const image of images) await lab.importImage(image);
});

test.after.always(() => lab?.down());

test.serial('every page whose commands need nothing special is typed here', (t) => {
  const typed = [...apart, ...together, ...fromNothing, ...clementine];
  const needless = pages.filter(({ fences }) => fences.some(isTyped));
  t.deepEqual(needless.map(({ path }) => path).sort(), typed.sort());
});

for (const page of apart) {
  test.serial(`${page} can be typed line by line`, async (t) => {
    const run = await openWithEngines(t);
    if (page !== 'docs/containers.md') {
      t.is((await typeLines('satsuma image save base -p 80 --memory 32 busybox:1.36 httpd -f -p 80', run)).code, 0);
    }
    await expectGood(t, page, run);
  });
}

test.serial('pages that leave nothing behind can be typed one after the other', async (t) => {
  const run = await openWithEngines(t);
  for (const page of together) await expectGood(t, page, run);
});

for (const page of [...fromNothing, ...clementine]) {
  test.serial(`${page} can be typed line by line`, async (t) => {
    await expectGood(t, page, (await open(t)).run);
  });
}

async function expectGood(t: ExecutionContext, page: string, run: PageRun): Promise<void> {
  for (const { place, code, output } of await runPage(page, run)) {
    t.is(code, 0, `${place}\n${output}`);
    t.notRegex(output, /"ok":false/, place);
  }
}

/** Both engines of the lab are registered, under the names that pages have for them. */
async function openWithEngines(t: ExecutionContext): Promise<PageRun> {
  const { server, run } = await open(t);
  for (const [n, { addr }] of lab.engines.entries()) {
    const { status } = await server.call('POST', 'engine', {
      id: `web-${n + 1}`,
      addr,
      labels: n === 0 ? ['ssd'] : [],
    });
    t.is(status, 201);
  }
  return run;
}

async function open(t: ExecutionContext): Promise<{ readonly server: SatsumaServer; readonly run: PageRun }> {
  t.teardown(removeContainers);
  const dir = temporaryFolder(t);
  const loopback = { 'listen-addr': '127.0.0.1:0' };
  const doors = { bastion: loopback, genisys: loopback, deblox: loopback };
  const server = await startSatsuma(lab, dir, { doors });
  t.teardown(() => server.end());
  const { doors: open } = (await server.log()).find(({ msg }) => msg === 'listening') as {
    readonly doors: Readonly<Record<string, string>>;
  };
  const hostOf = (address: string | undefined) => new URL(address ?? '').host;
  const [first, second] = lab.engines;
  if (!first || !second) throw new Error('the lab has no engines');
  await prepareExamples(dir, first.addr);
  const replacements = {
    '127.0.0.1:8080': server.address,
    '127.0.0.1:8081': hostOf(open.bastion),
    '127.0.0.1:7051': hostOf(open.genisys),
    '127.0.0.1:8083': hostOf(open.deblox),
    // On a reader's own machine the engine is that machine.
    'unix:///var/run/docker.sock': first.addr,
    'http://127.0.0.1:8000': `http://${new URL(first.addr).hostname}:8000`,
    'https://10.0.0.11:2376': second.addr,
    // The container that a page has by an id.
    f810083c6bfe: 'redis-3f9ac1d2',
    // So that nobody waits for what a replica may do yet.
    '--monitor 2': '',
    'service create ': 'service create --monitor 0 --shutdown-delay 0 ',
    'service plan ': 'service plan --monitor 0 --shutdown-delay 0 ',
  };
  return { server, run: { dir, address: server.address, replacements } };
}

/** The folder `example`, for engines that are there, and files of the reader's own; and the container that is asked for has the name that pages have for it. */
async function prepareExamples(dir: string, addr: string): Promise<void> {
  const read = async (name: string): Promise<object> => JSON.parse(await readFile(`example/${name}`, 'utf8'));
  await mkdir(join(dir, 'example'));
  const engine = { ...(await read('boot2docker_engine.json')), addr, cpus: 2, memory: 2000 };
  await writeFile(join(dir, 'example/boot2docker_engine.json'), JSON.stringify(engine));
  const image = { ...(await read('redis_image.json')), container_name: 'redis-3f9ac1d2' };
  await writeFile(join(dir, 'example/redis_image.json'), JSON.stringify(image));
  // What a reader has to hide.
  for (const name of ['db.txt', 'new-db.txt']) await writeFile(join(dir, name), name);
  const [rules] = readPage('docs/policies.md').fences.filter(({ language }) => language === 'json');
  await writeFile(join(dir, 'team.json'), rules?.text ?? '');
}

/** And the volumes that pages make. */
async function removeContainers(): Promise<void> {
  for (const n of lab.engines.keys()) {
    const { body } = await lab.request(n + 1, { path: '/containers/json?all=true' });
    for (const { Id } of JSON.parse(body) as { readonly Id: string }[]) {
      await lab.request(n + 1, { method: 'DELETE', path: `/containers/${Id}?force=true&v=true` });
    }
    await lab.request(n + 1, { method: 'DELETE', path: '/volumes/data' });
  }
}
