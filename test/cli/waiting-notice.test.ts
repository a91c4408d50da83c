import test from 'ava';
import type { Answer } from '../../src/cli/api-client.ts';
import { withWaitingNotice } from '../../src/cli/run-cli.ts';

const size = { columns: 80, rows: 24 };
const silent = { stdout: () => undefined, stderr: () => undefined, control: () => undefined, pipe: async () => true };

test('an answer that takes long is waited for in sight, on a terminal, and leaves no trace', async (t) => {
  const written: string[] = [];
  let answer: (answer: Answer) => void = () => undefined;
  const slow = () => {
    return new Promise<Answer>((resolve) => {
      answer = resolve;
    });
  };
  const errorControl = (text: string) => {
    written.push(text);
    answer({ ok: true, data: 'done' });
  };
  const api = withWaitingNotice(slow, { ...silent, errorTerminal: () => size, errorControl });
  t.is((await api('GET', 'apiv1/cluster')).data, 'done');
  t.regex(written[0] ?? '', /^\rwaiting for the server: \d+ s/);
  t.is(written.at(-1), '\r\u001b[K');
});

test('a quick answer, and one that no terminal waits for, say nothing', async (t) => {
  const errorControl = () => t.fail();
  const quick = async () => ({ ok: true, data: 1 });
  await withWaitingNotice(quick, { ...silent, errorTerminal: () => size, errorControl })('GET', '');
  await withWaitingNotice(quick, { ...silent, errorTerminal: () => undefined, errorControl })('GET', '');
  t.pass();
});

test('what fails clears the line as well', async (t) => {
  const written: string[] = [];
  let fail: (error: Error) => void = () => undefined;
  const slow = () => {
    return new Promise<Answer>((_, reject) => {
      fail = reject;
    });
  };
  const errorControl = (text: string) => {
    written.push(text);
    fail(new Error('no'));
  };
  const api = withWaitingNotice(slow, { ...silent, errorTerminal: () => size, errorControl });
  await t.throwsAsync(api('GET', ''), { message: 'no' });
  t.is(written.at(-1), '\r\u001b[K');
});
