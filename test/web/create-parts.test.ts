import test, { type ExecutionContext } from 'ava';
import type { TranslatedCompose } from '../../src/api/translate.ts';
import { type Created, createParts } from '../../web/place/create-parts.ts';

const on = (name: string, condition: TranslatedCompose['services'][number]['depends_on'][number]['condition']) => ({
  ...{ name, condition, optional: false },
});
const part = (name: string, depends_on: TranslatedCompose['services'][number]['depends_on'] = []) => ({
  ...{ key: name, body: { name }, depends_on },
});
const parts: TranslatedCompose = {
  ...{ name: 'shop', volumes: [], warnings: [] },
  networks: [{ external: false, body: { name: 'net' } }],
  secrets: [{ name: 'there' }, { name: 'mode', body: { name: 'mode', value: 'on' } }],
  jobs: [part('setup')],
  services: [part('web', [on('setup', 'service_completed_successfully'), on('db', 'service_healthy')]), part('db')],
};

/** A server that says of a job and a service in turn what is written here, the last one again and again. */
function serve(t: ExecutionContext, runs: readonly string[], refuses: Readonly<Record<string, number>> = {}) {
  const asked: string[] = [];
  const before = globalThis.fetch;
  t.teardown(() => {
    globalThis.fetch = before;
  });
  let at = 0;
  globalThis.fetch = (async (path: string, { method = 'GET', body }: { method?: string; body?: string } = {}) => {
    const title = body === undefined ? `${method} ${path}` : `${method} ${path} ${JSON.parse(body).name}`;
    asked.push(title);
    if (refuses[title]) return new Response(JSON.stringify({ data: `refused ${title}` }), { status: refuses[title] });
    const state = runs[Math.min(at, runs.length - 1)];
    if (path.includes('/job/')) at += 1;
    const status = path.includes('/job/')
      ? { last_run: { run: 1, state } }
      : { wanted: 1, ready: 1, replicas: [{ container: 'c' }] };
    return new Response(JSON.stringify({ data: { status } }));
  }) as unknown as typeof fetch;
  return asked;
}

async function created(t: ExecutionContext, ended = new AbortController().signal) {
  const said: Created[] = [];
  const done = createParts(parts, (each) => void said.push(each), ended);
  await done.catch((error: unknown) => t.true(error instanceof Error));
  return said.map(({ part: name, state }) => `${name}: ${state}`);
}

test.serial('networks and secrets come first, and each part when what it depends on is as it is to be', async (t) => {
  const asked = serve(t, ['running', 'succeeded']);
  const said = await created(t);
  t.deepEqual(asked.slice(0, 2), ['POST /apiv1/network net', 'POST /apiv1/secret mode']);
  t.is(asked.at(-1), 'POST /apiv1/service web');
  t.true(asked.filter((each) => each === 'GET /apiv1/job/setup').length > 1, 'it waited for the run');
  t.deepEqual(
    said.filter((each) => each.startsWith('service web')),
    ['service web: waits', 'service web: created'],
  );
});

test.serial('what depends on a job that failed is not created, and the rest is', async (t) => {
  const asked = serve(t, ['failed']);
  const said = await created(t);
  t.false(asked.includes('POST /apiv1/service web'));
  t.true(said.includes('service db: created'));
  t.true(said.includes('service web: failed'));
});

test.serial('what is there already stays, and what is refused keeps back what depends on it', async (t) => {
  const asked = serve(t, ['succeeded'], { 'POST /apiv1/network net': 409, 'POST /apiv1/service db': 422 });
  const said = await created(t);
  t.true(said.includes('network net: there'));
  t.true(said.includes('service db: failed'));
  t.false(asked.includes('POST /apiv1/service web'));
});

test.serial('nothing is created of what is refused at its ground', async (t) => {
  const asked = serve(t, ['succeeded'], { 'POST /apiv1/network net': 403 });
  t.true((await created(t)).includes('network net: failed'));
  t.false(asked.some((each) => each.startsWith('POST /apiv1/service')));
});
