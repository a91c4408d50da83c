import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test from 'ava';
import { terminal, typed } from './terminal.ts';

test('events of the last minutes, as text and as JSON, filtered in the words of docker', async (t) => {
  const { type } = await terminal(t);
  const id = (await type('run -d --name web --label on-b demo/busybox:1')).out.trim();
  const { out, code, err } = await type('events --since 10m --until 0s --filter type=reservation');
  t.is(code, 0, err);
  const [reserve = '', bind = ''] = out.trimEnd().split('\n');
  t.regex(reserve, /^\d{4}-\S+Z reservation reserve web \(id=[0-9a-f-]{12}, engine=b, image=demo\/busybox:1\)$/);
  t.true(bind.endsWith(`container=${id})`), bind);
  const json = await type('events --since 10m --until 0s --json -f event=bind -f name=web');
  t.like(JSON.parse(json.out), { kind: 'reservation', action: 'bind', name: 'web', engine: 'b' });
  const format = '{{.Type}} {{.Action}} {{.Name}} {{.Attributes "image"}}';
  const formatted = await type([
    'events',
    '--since',
    '10m',
    '--until',
    '0s',
    '-f',
    'event=reserve',
    '--format',
    format,
  ]);
  t.is(formatted.out, 'reservation reserve web demo/busybox:1\n');
});

test('whoever loses the events is told how to go on', async (t) => {
  const event = { at: '2026-11-21T06:00:00Z', kind: 'container', action: 'start', name: 'web', id: 'web' };
  const server = createServer((_, answer) => {
    answer.writeHead(200, { 'content-type': 'text/event-stream' });
    answer.write(`id: e-17\nevent: container.start\ndata: ${JSON.stringify(event)}\n\n`, () => answer.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.teardown(() => server.close());
  const { code, out, err } = await typed('events', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  t.not(code, 0);
  t.regex(out, /container start web/);
  t.regex(err, /^satsuma: to continue: satsuma events --since e-17\n/);
});

test('events as they happen, until the server stops', async (t) => {
  const { type } = await terminal(t);
  const seen = new Promise<string>((resolve) => {
    const onWrite = (out: string) => out.includes('saved') && resolve(out);
    void type('events -f kind=image-config', { onWrite });
  });
  let isSeen = false;
  void seen.then(() => {
    isSeen = true;
  });
  // The reader may come after the first of them.
  for (let n = 0; !isSeen && n < 300; n++) {
    await type(`image save saved-${n} redis`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  t.regex(await seen, /image-config create saved-\d+ \(version=1\)\n/);
});

for (const [line, expected] of [
  ['events -f colour=red', /one of these keys: kind, action, name, engine, project, type, event, container/],
  ['events -f kind=pod', /The kinds are: engine, container/],
] as const) {
  test(`${line} is refused`, async (t) => {
    const { type } = await terminal(t);
    const { code, err } = await type(line);
    t.is(code, 2);
    t.regex(err, expected);
  });
}
