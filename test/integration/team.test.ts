import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { type Lab, startLab } from '../../example/lab/lab.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { typeLines } from './run-page.ts';
import { type SatsumaServer, startSatsuma } from './satsuma-server.ts';
import { startRedis } from './store/redis-server.ts';

let lab: Lab;

test.before(async () => {
  lab = await startLab({ name: 'team', engines: 1, image: true, attached: true });
});

test.after.always(() => lab?.down());

test('a team shares two servers behind TLS: who may what, a project with a quota, what a policy refuses, and an audit that was tampered with', async (t) => {
  t.timeout(240_000);
  const dir = temporaryFolder(t);
  const { redis, url } = await startRedis(t);
  const type = async (server: SatsumaServer | undefined, who: string, lines: string) => {
    const env = `export SATSUMA_HOST_CA=ca/ca.pem SATSUMA_TOKEN="$(cat ${who} 2>/dev/null || true)"`;
    const address = server ? `https://${server.address}` : '';
    const replacements = { ADDR: lab.engines[0]?.addr ?? '' };
    return await typeLines(`${env}\n${lines}`, { dir, address, replacements });
  };
  const good = async (server: SatsumaServer | undefined, who: string, lines: string) => {
    const { code, output } = await type(server, who, lines);
    t.is(code, 0, output);
    return output;
  };
  await good(undefined, 'nobody', 'satsuma ca init\nsatsuma ca engine api --host 127.0.0.1');
  const settings = {
    'redis-url': url,
    auth: { mode: 'required', 'admin-token-file': 'admin' },
    tls: { cert: 'ca/engines/api/cert.pem', key: 'ca/engines/api/key.pem' },
  };
  const one = await startSatsuma(lab, dir, settings);
  t.teardown(() => one.end());
  const two = await startSatsuma(lab, dir, settings);
  t.teardown(() => two.end());

  await writeFile(join(dir, 'team.json'), '{}');
  await good(
    one,
    'admin',
    [
      'satsuma engine add one ADDR',
      'satsuma policy create team -f team.json',
      "satsuma role create team --allow '*:container,service,job' --allow 'read:*' --policy team",
      'satsuma token create oscar --role operator > operator',
      'satsuma token create vera --role viewer > viewer',
      'satsuma token create tina --role team > member',
    ].join('\n'),
  );
  const idle = '--network none --stop-signal KILL demo/busybox:1 sleep 1000000';
  await good(two, 'operator', `satsuma run -d --name web ${idle}`);
  t.regex(await good(one, 'viewer', 'satsuma ps'), /web/);
  for (const [who, line, refused] of [
    ['viewer', 'satsuma exec web id', /may not exec container/],
    ['viewer', 'satsuma rm -f web', /may not remove container/],
    ['operator', 'satsuma token ls', /may not read token/],
    ['member', `satsuma run -d --name bad --privileged ${idle}`, /policy team/],
    ['member', `satsuma run -d --name bad -v /:/host ${idle}`, /policy team/],
    ['nobody', 'satsuma ps', /requires authentication/],
  ] as const) {
    const { code, output } = await type(two, who, line);
    t.is(code, 2, `${line}: ${output}`);
    t.regex(output, refused);
  }
  await good(two, 'member', `satsuma run -d --name mine ${idle}`);
  const [, container] =
    (await lab.request(1, { path: '/containers/json' })).body.match(/"Names":\["\/(web|mine)"/) ?? [];
  t.truthy(container);

  await good(one, 'admin', 'satsuma project create shop --memory 128 --containers 3');
  await good(two, 'admin', 'satsuma token create sam --role operator --project shop > shop');
  await good(two, 'shop', `satsuma run -d --name till -m 64 ${idle}`);
  const [large, other] = await Promise.all([
    type(one, 'shop', `satsuma run -d --name big -m 65 ${idle}`),
    type(two, 'shop', `satsuma run -d --project blog -m 16 ${idle}`),
  ]);
  t.deepEqual([large.code, other.code], [5, 2], large.output + other.output);
  t.regex(large.output, /65 MB of memory wanted, 64 of 128 left; most is held by container till \(64\)/);
  t.regex(other.output, /the token sam \(role operator\) is narrowed to project shop: project blog is beyond that/);
  // Through both servers at once: there is room for two.
  const runs = [1, 2, 3, 4, 5, 6].map((number) =>
    type(number % 2 === 0 ? one : two, 'shop', `satsuma run -d --name stall-${number} -m 16 ${idle}`),
  );
  t.deepEqual((await Promise.all(runs)).map(({ code }) => code).sort(), [0, 0, 5, 5, 5, 5]);
  t.regex(await good(one, 'admin', 'satsuma project ls'), /\nshop .* 96 of 128 MB +3 of 3/);
  const seen = await good(one, 'shop', 'satsuma ps -a');
  t.regex(seen, /till/);
  t.notRegex(seen, /web|mine/);
  for (const line of ['logs web', 'exec web id', 'cp web:/bin/busybox .', 'inspect web', 'rm -f web', 'stats web']) {
    const { code, output } = await type(two, 'shop', `satsuma ${line}`);
    t.is(code, 3, `${line}: ${output}`);
  }
  t.regex((await type(two, 'shop', 'satsuma volume ls')).output, /narrowed to project shop, and may not read volume/);
  t.is((await type(one, 'shop', 'satsuma can-i create service --project blog')).code, 1);
  await good(two, 'shop', 'satsuma exec till true\nsatsuma logs till\nsatsuma rm -f $(satsuma ps -q)');
  t.regex((await type(two, 'admin', 'satsuma project rm shop')).output, /scope of the token sam names project shop/);
  t.regex(await good(two, 'admin', 'satsuma token rm sam\nsatsuma project rm shop'), /removed/);

  // GPUs of a project, in the ledger that both servers share.
  await good(one, 'admin', 'satsuma engine set one --resource gpu=8\nsatsuma project create vision --gpus 2');
  const seers = [1, 2, 3, 4].map((number) =>
    type(
      number % 2 === 0 ? one : two,
      'admin',
      `satsuma run -d --project vision --name see-${number} --resource gpu=1 ${idle}`,
    ),
  );
  const outcomes = await Promise.all(seers);
  t.deepEqual(outcomes.map(({ code }) => code).sort(), [0, 0, 5, 5]);
  t.regex(outcomes.find(({ code }) => code === 5)?.output ?? '', /1 GPUs? wanted, 0 of 2 left/);
  t.is(await redis.send('HGET {satsuma}:quotas quota/vision/gpus'), '$1\r\n2\r\n');
  t.is((await type(two, 'admin', `satsuma run -d --project vision -e NVIDIA_VISIBLE_DEVICES=all ${idle}`)).code, 5);
  await good(two, 'admin', 'satsuma rm -f $(satsuma ps -q --filter project=vision)\nsatsuma project rm vision');

  await good(one, 'admin', 'until satsuma audit ls --who tina --result done -q | grep -q .; do sleep 0.2; done');
  t.regex(await good(one, 'admin', 'satsuma audit ls --result refused --who tina'), /403|forbidden|team/);
  await good(two, 'admin', 'satsuma audit verify');
  await good(one, 'admin', 'satsuma audit export -o audit.jsonl\nsatsuma audit verify audit.jsonl');
  const text = await readFile(join(dir, 'audit.jsonl'), 'utf8');
  await writeFile(join(dir, 'audit.jsonl'), text.replaceAll('"tina"', '"vera"'));
  t.not((await type(undefined, 'admin', 'satsuma audit verify audit.jsonl')).code, 0, 'a file that was changed');
  await good(one, 'operator', 'satsuma rm -f web mine');
  t.regex(await redis.send('HDEL {satsuma}:documents:audit-block 000000000001'), /^:1/);
  const verified = await type(two, 'admin', 'satsuma audit verify');
  t.not(verified.code, 0, 'an entry that is missing in the store');
  t.regex(verified.output, /block 1 is missing/);
});
