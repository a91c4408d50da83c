import test from 'ava';
import { DetachKeys } from '../../../src/engines/docker/detach-keys.ts';

/** What is passed on of each piece; `left` where the keys are complete. */
function typed(keys: string | undefined, ...pieces: readonly string[]): string[] {
  const detachKeys = new DetachKeys(keys);
  return pieces.map((piece) => detachKeys.push(Buffer.from(piece, 'latin1'))?.toString('latin1') ?? 'left');
}

test('the detach keys are docker’s by default, in one chunk or several', (t) => {
  t.deepEqual(typed(undefined, 'ls\r', '\x10\x11'), ['ls\r', 'left']);
  t.deepEqual(typed(undefined, 'a\x10', '\x11'), ['a', 'left']);
  t.deepEqual(typed('ctrl-x', '\x10\x11', 'a\x18b'), ['\x10\x11', 'left']);
  t.deepEqual(typed('ctrl-x,q', '\x18', 'q'), ['', 'left']);
  t.deepEqual(typed('ctrl-@,ctrl-[,ctrl-\\,ctrl-],ctrl-^,ctrl-_,A', '\0\x1b\x1c\x1d\x1e\x1fA'), ['left']);
});

test('an incomplete sequence is forwarded', (t) => {
  t.deepEqual(typed(undefined, '\x10', 'a'), ['', '\x10a']);
  t.deepEqual(typed(undefined, '\x10\x10\x11'), ['left'], 'the second begins them anew');
  t.deepEqual(typed(undefined, '\x10b\x11c'), ['\x10b\x11c']);
  const bytes = String.fromCharCode(...Array.from({ length: 256 }, (_, code) => code));
  t.deepEqual(typed('ctrl-p,z', bytes), [bytes]);
});
