import { EventEmitter } from 'node:events';
import type { Request, ResponseToolkit } from '@hapi/hapi';
import test from 'ava';
import { hideOthers, withoutOthers } from '../../src/http/hide-others.ts';
import { answerJsonLines } from '../../src/http/json-lines.ts';
import { type ErrorCode, SatsumaError } from '../../src/model/errors.ts';

const head = 'engine a (https://a.test:2376) refused to create container';
const scope = { projects: ['ours'] };
const viewer = { scope, isEngineShown: () => true };
const neutral = 'the engine refused it: what this needs is taken or in use there';

const said = test.macro({
  exec(t, code: ErrorCode, sentence: string, expected?: string) {
    const message = `${head} demo/busybox:1: ${sentence}`;
    const shown = expected ?? message;
    t.is(withoutOthers(new SatsumaError(code, message), viewer).message, shown);
    const wait = { waiting: [{ slot: '1', code, message }] };
    t.deepEqual(hideOthers(wait, viewer), { waiting: [{ slot: '1', code, message: shown }] });
  },
  title: (_, code, sentence) => `whoever is narrowed is told of ${code}: ${sentence}`,
});

const id = 'c'.repeat(64);
test(said, 'engine_refused', `Conflict. The container name "/till" is already in use by container "${id}".`, neutral);
test(
  said,
  'engine_failed',
  'driver failed on endpoint till: Bind for 0.0.0.0:80 failed: port is already allocated',
  neutral,
);
test(said, 'engine_refused', `remove data: volume is in use - [${id}]`, neutral);
test(said, 'engine_failed', `cannot join network of a non running container: container ${id.slice(0, 12)}`, neutral);
test(said, 'engine_refused', 'network shop has active endpoints (till, db)', neutral);
test(said, 'engine_refused', 'invalid mount config for type "bind": bind source path does not exist: /data');
test(said, 'engine_failed', 'exec: "nope": executable file not found in $PATH');
test(said, 'no_such_container', 'it is in use already');

test('the end of a move, which an event tells as well, has the words of an engine alone', (t) => {
  const message = `volume data was not copied: ${head} x of image y: volume is in use - [${id}]`;
  const told = { kind: 'service', attributes: { state: 'failed', message } };
  t.deepEqual(hideOthers(told, viewer), { kind: 'service', attributes: { state: 'failed', message: neutral } });
  const own = { attributes: { message: 'the volume is in use by replica 1' } };
  t.deepEqual(hideOthers(own, viewer), own);
});

test('what they asked for themselves stays, whatever it is called', (t) => {
  const message = 'engine a (https://a.test:2376) refused to create container already-in-use: no such device';
  t.is(withoutOthers(new SatsumaError('engine_refused', message), viewer).message, message);
});

test('an error in the midst of a stream is told to whoever is narrowed without the names of others', async (t) => {
  const error = new SatsumaError('name_taken', 'the container name till is taken on engine theirs', {
    details: { held_by: 'theirs-box' },
  });
  async function* values() {
    yield 1;
    throw error;
  }
  const read = async (scope?: object) => {
    const raw = { res: Object.assign(new EventEmitter(), { flushHeaders: () => undefined, destroy: () => undefined }) };
    let stream: AsyncIterable<Buffer> | undefined;
    const answer = { type: () => answer };
    const h = {
      response: (source: AsyncIterable<Buffer>) => {
        stream = source;
        return answer;
      },
    };
    const request = {
      raw,
      info: {},
      app: { viewer: scope && { scope, isEngineShown: () => true } },
    } as unknown as Pick<Request, 'raw' | 'info' | 'app'>;
    await answerJsonLines(request, h as unknown as ResponseToolkit, new AbortController().signal, values);
    const chunks: Buffer[] = [];
    for await (const chunk of stream ?? []) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  };
  t.regex(await read(), /theirs-box/);
  t.is(
    await read({ projects: ['ours'] }),
    '1\n{"error":{"code":"name_taken","message":"what this needs is taken or in use"}}\n',
  );
});
