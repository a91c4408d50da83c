import { request as httpRequest, type IncomingMessage } from 'node:http';
import test, { type ExecutionContext } from 'ava';
import { openDoor } from './open-door.ts';

interface Frame {
  readonly id: string;
  readonly event: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests reach into answers of every shape.
  readonly data: any;
}

async function open(t: ExecutionContext) {
  const door = await openDoor(t, { engines: 2 });
  await door.server.start();
  t.teardown(() => door.server.stop());
  const listen = async (query: string, headers: Record<string, string> = {}) => {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const options = { headers: { host: 'localhost', ...headers } };
      httpRequest(`${door.server.info.uri}/apiv1/events?${query}`, options, resolve).on('error', reject).end();
    });
    t.teardown(() => response.destroy());
    return reader(response);
  };
  return { ...door, listen };
}

/** The frames as they come; the first is always a comment. */
async function reader(response: IncomingMessage) {
  const parts: string[] = [];
  let rest = '';
  const bytes = response[Symbol.asyncIterator]();
  const next = async (): Promise<string> => {
    while (parts.length === 0) {
      const { value, done } = await bytes.next();
      if (done) throw new Error('the stream ended');
      const frames = (rest + String(value)).split('\n\n');
      rest = frames.pop() ?? '';
      parts.push(...frames);
    }
    return parts.shift() ?? '';
  };
  const comment = await next();
  return {
    comment,
    response,
    frame: async (): Promise<Frame> => {
      const text = await next();
      const [, id = '', event = '', data = ''] = /^id: (.+)\nevent: (.+)\ndata: (.+)$/.exec(text) ?? [];
      return { id, event, data: JSON.parse(data || 'null') };
    },
  };
}

const image = { name: 'demo/busybox:1', type: 'label', labels: ['on-b'] };

test('events are server-sent: a comment at once, then each with its id, its name and its data', async (t) => {
  const { call, listen } = await open(t);
  const { comment, response, frame } = await listen('kind=reservation');
  t.regex(comment, /^: still here\nid: [0-9a-f-]+\.\d+\.\d+\.\d+$/);
  t.regex(String(response.headers['content-type']), /^text\/event-stream/);
  t.is(response.headers['cache-control'], 'no-cache');
  await call('POST', '/apiv1/container', { ...image, container_name: 'web' });
  const [reserve, bind] = [await frame(), await frame()];
  t.is(reserve.event, 'reservation.reserve');
  t.like(reserve.data, { kind: 'reservation', action: 'reserve', name: 'web', engine: 'b' });
  t.is(bind.event, 'reservation.bind');

  const again = await listen('kind=reservation', { 'last-event-id': reserve.id });
  t.is(again.comment.split('\n')[0], ': still here');
  t.deepEqual(await again.frame(), bind, 'and not the one before');
  const since = await listen(`kind=reservation&since=${reserve.id}`);
  t.deepEqual(await since.frame(), bind);
});

test('events are filtered by kind, action, name and engine; each may be repeated', async (t) => {
  const { call, listen } = await open(t);
  const streams = await Promise.all(
    ['name=two', 'action=bind&engine=b', 'kind=image-config&kind=service'].map((query) => listen(query)),
  );
  for (const name of ['one', 'two']) await call('POST', '/apiv1/container', { ...image, container_name: name });
  await call('POST', '/apiv1/image', { name: 'saved', image: { name: 'redis' } });
  const first = await Promise.all(streams.map(async ({ frame }) => await frame()));
  t.deepEqual(
    first.map(({ event, data }) => `${event} ${data.name}`),
    ['reservation.reserve two', 'reservation.bind one', 'image-config.create saved'],
  );
});

test('what belongs to a project says so, also when it is gone, and is filtered by it', async (t) => {
  const { call, listen } = await open(t);
  const { frame } = await listen('project=shop');
  const shop = { ...image, project: 'shop' };
  for (const [name, config] of [
    ['other', image],
    ['till', shop],
  ] as const) {
    await call('POST', '/apiv1/container', { ...config, container_name: name });
    await call('POST', '/apiv1/service', { name, replicas: 1, image: config });
    await call('POST', '/apiv1/job', { name: `${name}-job`, image: config, schedule: '0 0 1 1 *' });
    await call('DELETE', `/apiv1/container/${name}`);
    await call('DELETE', `/apiv1/job/${name}-job`);
  }
  const told: string[] = [];
  while (!told.includes('job.remove')) {
    const { event, data } = await frame();
    t.is(data.project, 'shop');
    told.push(event);
  }
  t.deepEqual(told, [
    'reservation.reserve',
    'reservation.bind',
    'service.create',
    'job.create',
    'reservation.release',
    'job.remove',
  ]);
});

test('until a time: the stream ends by itself', async (t) => {
  const { call, listen } = await open(t);
  await call('POST', '/apiv1/container', { ...image, container_name: 'web' });
  const seconds = Math.ceil(Date.now() / 1000);
  const { frame } = await listen(`since=1&until=${seconds}&kind=engine&kind=reservation`);
  for (;;) {
    const answer = await frame().catch((error: Error) => error.message);
    if (typeof answer === 'string') return t.is(answer, 'the stream ended');
  }
});

for (const [what, query, headers] of [
  ['an unknown kind', 'kind=pod', {}],
  ['a since that is neither a time nor an id', 'since=yesterday', {}],
  ['an unknown filter', 'colour=red', {}],
  ['a Last-Event-ID that is none', '', { 'last-event-id': 'seven' }],
] as const) {
  test(`${what} is refused`, async (t) => {
    const { call } = await openDoor(t);
    const { status, body } = await call('GET', `/apiv1/events?${query}`, undefined, headers);
    t.is(status, 400);
    t.is(body.code, 'invalid');
  });
}
