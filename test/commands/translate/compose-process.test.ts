import test from 'ava';
import { ComposeProcess } from '../../../src/commands/translate/compose-process.ts';

const text = { compose: 'name: shop\nservices: { web: { image: nginx } }\n', networking: { kind: 'mesh' } } as const;

test('files are translated one after the other, and what is wrong with one is for whoever sent it', async (t) => {
  const translator = new ComposeProcess();
  t.teardown(() => translator.end());
  const wrong = { ...text, compose: 'name: shop\nservices: { web: { image: nginx, colour: red } }\n' };
  const [one, refused, other] = await Promise.allSettled([text, wrong, text].map((each) => translator.translate(each)));
  t.is(one?.status, 'fulfilled');
  t.like(refused, { status: 'rejected', reason: { code: 'invalid' } });
  t.deepEqual(other, one);
});

test('a file that takes too long is given up, and so is one too many; the next one is translated', async (t) => {
  const hasty = new ComposeProcess({ patienceMs: 0, mostWaiting: 1 });
  t.teardown(() => hasty.end());
  const long = hasty.translate(text);
  await t.throwsAsync(hasty.translate(text), { message: /^1 files are being translated/ });
  await t.throwsAsync(long, { message: /^the file is too large: to read it takes more than 0 s$/ });
  await t.throwsAsync(hasty.translate(text), { message: /^the file is too large/ });
});

test('an error in the process is none of the file, and the next one is translated', async (t) => {
  const translator = new ComposeProcess();
  t.teardown(() => translator.end());
  const broken = { ...text, networking: undefined } as unknown as typeof text;
  await t.throwsAsync(translator.translate(broken), { message: /^the process that translates .* ended with code 1$/ });
  t.like(await translator.translate(text), { name: 'shop' });
});

test('a process that was ended is started again', async (t) => {
  const translator = new ComposeProcess();
  t.teardown(() => translator.end());
  const before = await translator.translate(text);
  translator.end();
  t.deepEqual(await translator.translate(text), before);
});
