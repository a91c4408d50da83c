import test from 'ava';
import { readAnswer } from '../../../src/commands/relay/read-answer.ts';

test('what an engine refuses is told in its words, without passwords and environments that they quote', async (t) => {
  const refused = (message: string) => {
    const bytes = (async function* () {
      yield Buffer.from(JSON.stringify({ message }));
    })();
    return readAnswer({ status: 500, headers: {}, bytes });
  };
  await t.throwsAsync(refused('Get "https://ci:hunter2@r.example/v2/":\nno such host'), {
    code: 'engine_refused',
    message: 'Get "https://r.example/v2/": no such host',
  });
  await t.throwsAsync(refused('invalid environment variable: DB=hunter2'), { message: 'invalid environment variable' });
});
