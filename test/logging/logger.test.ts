import test from 'ava';
import { createLogger } from '../../src/logging/logger.ts';
import { SatsumaError } from '../../src/model/errors.ts';

function capture(level: Parameters<typeof createLogger>[0]['level'] = 'info') {
  const lines: string[] = [];
  const log = createLogger({ level }, { write: (line) => lines.push(line) });
  return { log, text: () => lines.join(''), last: (): Record<string, unknown> => JSON.parse(lines.at(-1) ?? '{}') };
}

test('a line has the message, the fields and the time in RFC 3339', (t) => {
  const { log, last } = capture();
  log.info({ engineId: 'one', claim: { key: 'cpu', amount: 500 }, at: new Date(0) }, 'container started');
  t.like(last(), { level: 30, msg: 'container started', engineId: 'one', at: '1970-01-01T00:00:00.000Z' });
  t.deepEqual(last().claim, { key: 'cpu', amount: 500 });
  t.regex(String(last().time), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
});

test('lines below the level are not written', (t) => {
  const { log, text } = capture('warn');
  log.info('no');
  t.is(text(), '');
  log.warn('yes');
  t.regex(text(), /yes/);
});

const pem = '-----BEGIN PRIVATE KEY-----\ngeheim\n-----END PRIVATE KEY-----\n';
const image = { name: 'redis', environment: { COLOUR: 'geheim' } };
const circular: Record<string, unknown> = { password: 'geheim' };
circular.self = circular;

const secrets: Record<string, unknown> = {
  'an environment': { image },
  'an environment as Docker spells it': { detail: { Config: { Env: ['A=geheim'] } } },
  'an environment in a label': { labels: { image: JSON.stringify(image) } },
  'an environment in a list': { images: [[image]] },
  'an environment in a map': { images: new Map([['a', image]]) },
  'an authorization header': { req: { headers: { Authorization: 'Bearer geheim', cookie: 'a=geheim' } } },
  'registry credentials': { 'X-Registry-Auth': 'geheim', authconfig: { password: 'geheim' }, identity_token: 'geheim' },
  'a key by its name': { tls: { sslKey: 'geheim', 'ssl-cert': 'geheim', ca: 'geheim' } },
  'a key by its form': { tls: { key: pem } },
  'half a key': { text: pem.slice(0, 38) },
  'half a key in a text with quotes': { text: `{"a" "${pem.slice(0, 38)}" b` },
  'a key as bytes': { tls: { key: Buffer.from('geheim') } },
  'the password of a URL': { url: 'redis://user:geheim@cache:6379' },
  'the password of a URL object': { url: new URL('redis://user:geheim@cache:6379') },
  'the details of an error': { err: new SatsumaError('invalid', 'no', { details: { image } }) },
  'the cause of an error': { err: new Error('no', { cause: new Error('redis://:geheim@cache') }) },
  'the properties of an error': { failure: Object.assign(new Error('no'), { config: { password: 'geheim' } }) },
  'an error alone': new Error(`redis://:geheim@cache ${pem}`),
  'an object that holds itself': { circular },
};

for (const [what, fields] of Object.entries(secrets)) {
  test(`${what} is never written`, (t) => {
    const { log, text, last } = capture();
    log.error(fields);
    log.error(fields, 'failed');
    if (!(fields instanceof Error))
      log
        .child({ a: 1 })
        .child({ ...(fields as object) })
        .error('in a child');
    t.notRegex(text(), /geheim|Z2VoZWlt|103,101,104/);
    t.regex(text(), /hidden|bytes/);
    t.notThrows(last);
  });
}

test('the non-secret parts of an error are kept', (t) => {
  const { log, last } = capture();
  log.error({ err: new SatsumaError('engine_timeout', 'engine one did not answer', { cause: new Error('socket') }) });
  t.like(last().err, { type: 'SatsumaError', code: 'engine_timeout' });
  t.regex(JSON.stringify(last().err), /engine one did not answer.*socket/);
});

test('control characters are escaped, and the value is unchanged', (t) => {
  const { log, text, last } = capture();
  const name = 'a\x1b[2J\n\u009b31m\u202eb\x7f';
  log.info({ name }, 'container seen');
  t.is(last().name, name);
  t.notRegex(text().trimEnd(), /[\p{Cc}\p{Cf}]/u);
});
