import test from 'ava';
import { examineSpoolFolder } from '../../../src/execution/archives/examine-spool-folder.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

test('the folder for temporary files is reported with its free space', async (t) => {
  const folder = temporaryFolder(t);
  const { check, message } = await examineSpoolFolder(folder);
  t.is(check, 'server.temporary-files');
  t.true(message.includes(`MiB are free in ${folder}`), message);
});

test('a missing folder is a problem', async (t) => {
  const { status, message, remedy } = await examineSpoolFolder('/nowhere/at/all');
  t.is(status, 'problem');
  t.regex(message, /cannot be used for temporary files \(ENOENT\)/);
  t.regex(remedy ?? '', /TMPDIR/);
});

test('an in-memory file system is reported as such', async (t) => {
  const { message } = await examineSpoolFolder('/dev/shm');
  t.regex(message, /free in \/dev\/shm, which is in memory/);
});
