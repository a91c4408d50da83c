import test from 'ava';
import { terminal } from './terminal.ts';

const image = 'demo/busybox:1';
const options = '-e A=1 -e B=2 --label ssd --label on-a --constraint node!=x --constraint node!=y';

interface Shown {
  readonly image: Record<string, unknown>;
}

test('variables, labels and constraints of a service are added and removed', async (t) => {
  const { type } = await terminal(t);
  await type(`service create web -d ${options} ${image}`);
  const shown = async () => (JSON.parse((await type('service inspect web')).out) as Shown).image;
  const removals = '--env-rm A --env-rm NONE --label-rm ssd --constraint-rm node!=x';
  t.is((await type(`service update web -d ${removals}`)).out, 'web: generation 2\n');
  t.like(await shown(), { environment: { B: '2' }, labels: ['on-a'], constraints: ['node!=y'] });
  await type('service update web -d --env-add C=3 --label-add ssd --label-add on-a --constraint-add node!=z');
  t.like(await shown(), {
    ...{ environment: { B: '2', C: '3' }, labels: ['on-a', 'ssd'] },
    constraints: ['node!=y', 'node!=z'],
  });
  await type('service update web -d --env-rm B --env-rm C --label-rm on-a --label-rm ssd --constraint-rm node!=y');
  const last = await shown();
  t.false('environment' in last);
  t.false('labels' in last);
  t.deepEqual(last.constraints, ['node!=z']);
});

test('those of a job as well', async (t) => {
  const { type } = await terminal(t);
  await type(`job create nightly --schedule @daily ${options} ${image}`);
  t.is((await type('job update nightly --env-rm A --label-rm ssd --constraint-rm node!=x')).code, 0);
  const shown = JSON.parse((await type('job inspect nightly')).out) as Shown;
  t.like(shown.image, { environment: { B: '2' }, labels: ['on-a'], constraints: ['node!=y'] });
});

test('of a saved image config nothing is removed, and the sentence says so', async (t) => {
  const { type } = await terminal(t);
  await type(`image save base ${image}`);
  await type(`service create web -d ${image}`);
  const { code, err } = await type('service update web --from base --env-rm A');
  t.is(code, 2);
  t.regex(err, /cannot be combined with --from/);
});

test('restart and update --force exchange the replicas of a service that stays what it is', async (t) => {
  const { type } = await terminal(t, { isKept: true });
  await type(`service create web --monitor 0 --shutdown-delay 0 ${image}`);
  const { code, out } = await type('service restart web');
  t.is(code, 0);
  t.true(out.includes('web: generation 2, running, 1 of 1 ready'));
  t.is((await type('service update --force -d web')).out, 'web: generation 3\n');
  t.is((await type('service restart none')).code, 3);
});

test('a secret is a name, a name with a file, or docker’s keys', async (t) => {
  const { type } = await terminal(t);
  const keys = '--secret source=key,target=k.pem,env=KEY_FILE,mode=0400,uid=1000,version=2';
  t.is((await type(`image save base --secret db --secret db:password ${keys} ${image}`)).code, 0);
  const { image: saved } = JSON.parse((await type('image show base')).out) as Shown;
  t.deepEqual(saved.secrets, [
    { name: 'db' },
    { name: 'db', target: 'password' },
    { name: 'key', target: 'k.pem', env: 'KEY_FILE', mode: '0400', uid: 1000, version: 2 },
  ]);
  t.regex((await type(`image save other --secret nme=db ${image}`)).err, /"nme" is not known; there is: source, src/);
});
