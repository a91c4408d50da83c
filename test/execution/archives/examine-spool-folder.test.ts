import test from 'ava';
import { examineSpoolFolder } from '../../../src/execution/archives/examine-spool-folder.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

test('the folder for temporary files is told with the room in it', async (t) => {
  const folder = temporaryFolder(t);
  const { check, message } = await examineSpoolFolder(folder);
  t.is(check, 'server.temporary-files');
  t.true(message.includes(`MiB are free in ${folder}`), message);
});

test('a folder that is not there is a problem', async (t) => {
  const { status, message, remedy } = await examineSpoolFolder('/nowhere/at/all');
  t.is(status, 'problem');
  t.regex(message, /cannot be used for temporary files \(ENOENT\)/);
  t.regex(remedy ?? '', /TMPDIR/);
});

test('a file system in memory is said to be one', async (t) => {
  const { message } = await examineSpoolFolder('/dev/shm');
  t.regex(message, /free in \/dev\/shm, which is in memory/);
});
