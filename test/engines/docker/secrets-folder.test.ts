import test from 'ava';
import type { ImageConfig } from '../../../src/model/image-config.ts';
import { secretsVolumeLabel } from '../../../src/model/secret.ts';
import { json, stubbed } from '../stub-engine.ts';

const image: ImageConfig = { name: 'redis', type: 'multi', restart_policy: {} };
const spec = { image, name: 'web', labels: {}, maximumCpus: 2 };
const Id = 'f810'.padEnd(64, '0');
const [secrets, plain, absent] = ['a'.repeat(64), 'b'.repeat(64), 'c'.repeat(64)];

test('the secrets folder is a labelled volume', async (t) => {
  const bodies: string[] = [];
  const { client } = await stubbed(t, ({ body, response }) => {
    bodies.push(body);
    json(response, 201, { Id });
  });
  await client.createContainer({ ...spec, image: { ...image, secrets: [{ name: 'db' }] } });
  const [mount] = JSON.parse(bodies[0] ?? '').HostConfig.Mounts;
  t.deepEqual(Object.keys(mount.VolumeOptions.Labels), [secretsVolumeLabel]);
});

test('the secrets volume of a container is refused to others', async (t) => {
  const { stub, client } = await stubbed(t, ({ method, path, response }) => {
    if (method === 'POST') return json(response, 201, { Id });
    const Name = path.split('/').at(-1) ?? '';
    if (Name === absent) return json(response, 404, { message: 'no such volume' });
    const Labels = Name === secrets ? { [secretsVolumeLabel]: 'true' } : null;
    json(response, 200, { Name, Driver: 'local', Labels, Options: null, Scope: 'local', Mountpoint: '/x' });
  });
  const make = (more: Partial<ImageConfig>) => client.createContainer({ ...spec, image: { ...image, ...more } });
  const mounts = [{ type: 'volume', source: secrets, target: '/s' }] as const;
  for (const more of [{ volumes: [`${plain}:/p`, `${secrets}:/s:ro`] }, { mounts }]) {
    await t.throwsAsync(make(more), { code: 'forbidden', message: /a{64}.* secrets/ });
  }
  t.false(stub.requests.some((each) => each.startsWith('POST')));
  t.is(await make({ volumes: [`${plain}:/p`, `${absent}:/q`, 'data:/d'] }), Id);
  t.false(
    stub.requests.some((each) => each.includes('/data')),
    'other names are not looked up',
  );
});
