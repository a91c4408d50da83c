import test from 'ava';
import { readArchive } from '../../../src/execution/archives/read-archive.ts';
import { sendArchive } from '../../../src/execution/archives/send-archive.ts';
import { type FakeCall, FakeEngine } from '../../engines/fake-engine.ts';
import { overlay } from '../../fixtures/overlay.ts';
import { archiveOf, imageEntries, inPieces } from './archives.ts';

const abortedAt = test.macro(async (t, call: FakeCall, last: RegExp) => {
  const whole = new AbortController();
  const archive = await readArchive(inPieces(await archiveOf(imageEntries('web:2', ['a', 'b']))), whole.signal);
  t.teardown(() => archive.close());
  const engine = new FakeEngine('a');
  engine.layers.set(
    engine.imageId('demo/busybox:1'),
    archive.images.flatMap(() => [`sha256:${'a'.repeat(64)}`]),
  );
  const client = overlay(engine, {
    [call]: async (...args: never[]) => {
      whole.abort(new Error('nobody wants it any more'));
      return await (engine[call] as (...args: never[]) => Promise<unknown>)(...args);
    },
  });
  const options = { signal: whole.signal, onSent: () => undefined };
  await t.throwsAsync(sendArchive(client, archive, options), { message: 'nobody wants it any more' });
  t.regex(engine.calls.at(-1) ?? '', last);
  t.is(engine.loads.length, 0);
});
test('an aborted transfer ends at the next call: the first one', abortedAt, 'inspectImage', /^inspectImage/);
test('an aborted transfer ends before layers are listed', abortedAt, 'listEngineImages', /^listEngineImages/);
test('an aborted transfer is not loaded', abortedAt, 'listImageLayers', /^listImageLayers/);
