import test from 'ava';
import { SatsumaError } from '../../../src/model/errors.ts';
import { redisError } from '../../../src/store/redis/errors.ts';

const meaning = test.macro({
  exec(t, message: string, sentence: RegExp) {
    const error = redisError(new Error(message), 'db:6379');
    t.is(error.code, 'store_unavailable');
    t.true(error.message.startsWith('Redis at db:6379 '), error.message);
    t.regex(error.message, sentence);
  },
  title: (_provided, message: string) => message,
});

test(meaning, "OOM command not allowed when used memory > 'maxmemory'. script: 1, on @user_script:9.", /out of memory/);
test(meaning, 'ERR Error running script (call to f_1): @user_script:9: -OOM command not allowed', /out of memory/);
test(meaning, "READONLY You can't write against a read only replica.", /give the address of the primary/);
test(meaning, 'LOADING Redis is loading the dataset in memory', /still loading/);
test(meaning, 'NOAUTH Authentication required.', /wants a password/);
test(meaning, 'WRONGPASS invalid username-password pair or user is disabled.', /refuses the user or the password/);
test(meaning, 'ERR invalid password', /refuses the user or the password/);
test(meaning, "NOPERM this user has no permissions to run the 'evalsha' command", /does not let this user/);
test(meaning, 'NOPERM nothing', /set ACL SETUSER USER ~\{satsuma\}:\* \+eval .*\+xadd/);
test(meaning, "ERR The user executing the script can't run this command or subcommand", /does not let this user/);
test(
  meaning,
  'ERR unknown command `evalsha`, with args beginning with: `f00`',
  /does not know a command that Satsuma needs/,
);
test(meaning, 'WRONGTYPE Operation against a key holding the wrong kind of value', /choose another prefix/);
test(meaning, 'MISCONF Redis is configured to save RDB snapshots', /cannot save to its disk/);
test(meaning, 'Command timed out', /did not answer in time/);
test(meaning, 'connect ECONNREFUSED 127.0.0.1:6379', /refuses the connection/);
test(meaning, 'getaddrinfo ENOTFOUND db', /does not resolve/);
test(meaning, 'Reached the max retries per request limit (which is 0).', /closed the connection/);
test(meaning, 'ERR something new', /failed: ERR something new\.$/);

test('a SatsumaError is unchanged', (t) => {
  const error = new SatsumaError('invalid', 'wrong');
  t.is(redisError(error, 'db:6379'), error);
});

test('command arguments are removed', (t) => {
  const original = new Error("ERR unknown command 'evalsha', with args beginning with: 'hunter2' ");
  const error = redisError(Object.assign(original, { command: { name: 'evalsha', args: ['hunter2'] } }), 'db:6379');
  t.false(JSON.stringify([error.message, error.cause, Object(error.cause).message]).includes('hunter2'));
});
