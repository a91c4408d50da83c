import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { temporaryFolder } from '../temporary-folder.ts';
import { terminal } from './terminal.ts';

test('a policy is made of a file, shown, held against an image config, changed and removed', async (t) => {
  const { type } = await terminal(t);
  const folder = temporaryFolder(t);
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const rules = file('team.yaml', 'capabilities: [NET_ADMIN]\nbind_mounts: ["/srv/team"]\n');
  const created = await type(['policy', 'create', 'team', '-f', rules]);
  t.deepEqual([created.code, created.out], [0, 'team\n'], created.err);
  t.is((await type(['policy', 'create', 'team', '-f', rules])).code, 4);
  t.regex((await type('policy ls')).out, /^NAME +ALLOWS.*\nteam +capabilities bind_mounts /);
  const [shown] = [JSON.parse((await type('policy inspect team')).out)].flat();
  t.like(shown, { name: 'team', rules: { capabilities: ['NET_ADMIN'], bind_mounts: ['/srv/team'] } });
  const web = file('web.json', '{"name": "demo/busybox:1", "privileged": true, "volumes": ["/etc:/x"]}');
  const refused = await type(['policy', 'check', 'team', '-f', web]);
  t.is(refused.code, 1, refused.err);
  t.regex(refused.out, /^bind_mounts: HostConfig\.Binds\[0\]: .*\nprivileged: HostConfig\.Privileged: .*\n$/);
  const more = file('more.json', '{"privileged": true, "bind_mounts": ["/etc"]}');
  t.is((await type(['policy', 'update', 'team', '-f', more])).code, 0);
  t.like(await type(['policy', 'check', 'team', '-f', web]), { code: 0, out: 'the policy team allows it\n' });
  t.is((await type('role create dev --allow read:* --policy team')).code, 0);
  t.regex((await type('role ls')).out, /\ndev +no +read:\* +team/);
  t.regex((await type('policy rm team')).err, /the role dev has the policy team/);
  t.is((await type('role rm dev')).code, 0);
  t.like(await type('policy rm team'), { code: 0, out: 'Policy team removed\n' });
  const overlap = file('overlap.json', '{"bind_mounts": ["/srv", "/srv/team:ro"]}');
  const wrong = await type(['policy', 'create', 'wrong', '-f', overlap]);
  t.is(wrong.code, 2);
  t.regex(wrong.err, /one of them is in the other/);
});
