import { EventEmitter, once } from 'node:events';
import type { Request, ResponseToolkit } from '@hapi/hapi';
import test from 'ava';
import { answerJsonLines } from '../../src/http/json-lines.ts';

/** What hapi hands to a route, as far as a stream reads it. */
function connection() {
  const res = new EventEmitter();
  const request = { raw: { res }, info: {}, app: {} } as unknown as Request;
  const h = { response: (body: unknown) => ({ type: () => body }) } as unknown as ResponseToolkit;
  return { res, request, h };
}

/** Values without an end that say when they were ended. */
function endless() {
  const ended = new EventEmitter();
  const values = async function* () {
    try {
      for (let at = 0; ; at++) yield at;
    } finally {
      ended.emit('ended');
    }
  };
  return { ended: once(ended, 'ended'), values };
}

test('values of a client that went before they were read are ended', async (t) => {
  const { res, request, h } = connection();
  const { ended, values } = endless();
  await answerJsonLines(request, h, new AbortController().signal, values);
  res.emit('close');
  await t.notThrowsAsync(ended);
});

test('values of a client that went before the first of them are ended', async (t) => {
  const { res, request, h } = connection();
  const { ended, values } = endless();
  await answerJsonLines(request, h, new AbortController().signal, (signal) => {
    res.emit('close');
    t.true(signal.aborted);
    return values();
  });
  await t.notThrowsAsync(ended);
});
