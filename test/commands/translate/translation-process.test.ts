import test from 'ava';
import { TranslationProcess } from '../../../src/commands/translate/translation-process.ts';

const text = { compose: 'name: shop\nservices: { web: { image: nginx } }\n', networking: { kind: 'mesh' } } as const;

test('files are translated one after the other, and what is wrong with one is for whoever sent it', async (t) => {
  const translator = new TranslationProcess();
  t.teardown(() => translator.end());
  const wrong = { ...text, compose: 'name: shop\nservices: { web: { image: nginx, colour: red } }\n' };
  const [one, refused, other] = await Promise.allSettled(
    [text, wrong, text].map((each) => translator.translateCompose(each)),
  );
  t.is(one?.status, 'fulfilled');
  t.like(refused, { status: 'rejected', reason: { code: 'invalid' } });
  t.deepEqual(other, one);
});

test('a file that takes too long is given up, and so is one too many; the next one is translated', async (t) => {
  const hasty = new TranslationProcess({ patienceMs: 0, maxWaiting: 1 });
  t.teardown(() => hasty.end());
  const long = hasty.translateCompose(text);
  await t.throwsAsync(hasty.translateCompose(text), { message: /^1 files are being translated/ });
  await t.throwsAsync(long, { message: /^the file is too large: to read it takes more than 0 s$/ });
  await t.throwsAsync(hasty.translateCompose(text), { message: /^the file is too large/ });
});

test('an error in the process is none of the file, and the next one is translated', async (t) => {
  const translator = new TranslationProcess();
  t.teardown(() => translator.end());
  const broken = { ...text, networking: undefined } as unknown as typeof text;
  await t.throwsAsync(translator.translateCompose(broken), {
    message: /^the process that translates .* ended with code 1$/,
  });
  t.like(await translator.translateCompose(text), { name: 'shop' });
});

test('a process that was ended is started again', async (t) => {
  const translator = new TranslationProcess();
  t.teardown(() => translator.end());
  const before = await translator.translateCompose(text);
  translator.end();
  t.deepEqual(await translator.translateCompose(text), before);
});
